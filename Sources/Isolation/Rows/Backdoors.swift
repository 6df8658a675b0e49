internal import Postgres
internal import Synthesis

/// Settings beside the tenant's that policies read, with values that may open them.
///
/// Any session may give a custom setting, and many of PostgreSQL's own, the value it likes.
struct Backdoors {
  var catalog: Catalog
  var tenants: [String]
  /// The settings that make up each tenant's context, with their values.
  var contexts: [[String: String]]
  var tenantSetting: String

  /// At most this many values are tried for the settings of a table.
  private let limit = 6

  /// The settings to try for each of `targets`.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func find(
    in targets: [Relation], on connection: any Connection
  ) throws -> [UInt32: [[String: String]]] {
    let expander = ExpressionExpander(catalog: catalog)
    var demands: [UInt32: [SettingDemand]] = [:]
    for relation in targets {
      let expressions = (catalog.policiesByRelation[relation.oid] ?? []).flatMap {
        [$0.using, $0.check].compactMap { $0 }
      }
      for expression in expressions {
        let trees = expander.trees(of: expression, on: relation)
        let read = SettingDemand.found(in: trees)
        let namesTenant = HintCollector.constants(anywhereIn: trees).contains(tenantSetting)
        for demand in read {
          guard let wanted = wanted(demand, besideTenant: namesTenant),
            demands[relation.oid]?.contains(wanted) != true
          else { continue }
          demands[relation.oid, default: []].append(wanted)
        }
      }
    }
    let own = Set(demands.values.joined().map(\.name).filter { !$0.contains(".") })
    let settable = try own.isEmpty ? [] : settable(own, on: connection)
    return demands.compactMapValues { demands in
      let merged = merged(demands.filter { $0.name.contains(".") || settable.contains($0.name) })
      let proposals = SettingDemand.proposals(
        for: merged, fallback: ["true", "1", tenants[1]], limit: limit)
      return proposals.isEmpty ? nil : proposals
    }
  }

  private func wanted(_ demand: SettingDemand, besideTenant: Bool) -> SettingDemand? {
    guard demand.name != tenantSetting else { return nil }
    guard contexts.contains(where: { $0[demand.name] != nil }) else { return demand }
    // A second way to name the tenant, beside the one that is checked elsewhere.
    guard contexts[0][demand.name] == tenants[0], besideTenant else { return nil }
    return SettingDemand(name: demand.name, values: [tenants[1]])
  }

  /// What several policies of a table ask of the same part of a setting.
  private func merged(_ demands: [SettingDemand]) -> [SettingDemand] {
    var result: [SettingDemand] = []
    for demand in demands {
      if let known = result.firstIndex(where: {
        $0.name == demand.name && $0.path == demand.path
      }) {
        result[known].values += demand.values.filter { !result[known].values.contains($0) }
      } else {
        result.append(demand)
      }
    }
    return result
  }

  /// Those of PostgreSQL's own settings that any session may make, but for those on which the
  /// probes themselves depend.
  private func settable(
    _ names: Set<String>, on connection: any Connection
  ) throws -> Set<String> {
    let result = try connection.execute(
      """
      SELECT name FROM pg_catalog.pg_settings WHERE context = 'user' AND name = ANY ($1::text[])
        AND name !~ '^(role|session_authorization|row_security|transaction_.*|.*_timeout)$'
      """, [.text(PostgresArray.text(of: names.sorted()))])
    return Set(result.rows.map { $0.text(0) })
  }
}
