internal import Instrumentation
internal import Postgres
internal import Synthesis

/// Looks for rows of one tenant that the policies' own expressions open to another.
///
/// An expression such as `tenant_id = … OR status = 'draft'` leaks only through drafts, which ordinary rows are not. So
/// the server is asked, in the other tenant's context, for a row that makes the expression true. What it finds is a
/// proposal: the row is inserted and probed like any other, and only the probe decides.
struct CounterexampleSearch {
  /// What was found for one table, by the tenant that the rows belong to.
  struct Found: Sendable {
    /// Rows to lie in the table.
    var placed: [Int: [SyntheticRow]] = [:]
    /// Rows to be inserted by the other tenant.
    var inserted: [Int: [SyntheticRow]] = [:]

    /// True when nothing was found.
    var isEmpty: Bool { placed.isEmpty && inserted.isEmpty }
  }

  var catalog: Catalog
  var actors: [Actor]
  var tenants: [String]
  var tenantSetting: String

  /// What was found for each of `targets`.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func run(
    _ targets: [Relation], synthesizer: inout RowSynthesizer, on connection: any Connection
  ) throws -> [UInt32: Found] {
    let policies = catalog.policiesByRelation
    var found: [UInt32: Found] = [:]
    for actor in tenants.indices {
      let target = (actor + 1) % tenants.count
      var wishes: [(isInsert: Bool, wish: RowSynthesizer.Wish)] = []
      for relation in targets where relation.hasRowSecurity {
        for (isInsert, condition) in conditions(policies[relation.oid] ?? []) {
          let wish = RowSynthesizer.Wish(
            relation: relation.oid, owner: .tenant(target), condition: condition)
          wishes.append((isInsert, wish))
        }
      }
      try connection.execute(
        "SELECT set_config($1, $2, true)", [.text(tenantSetting), .text(tenants[actor])])
      let rows = try synthesizer.makeRows(for: wishes.map(\.wish), on: connection)
      for ((isInsert, wish), row) in zip(wishes, rows) {
        guard let row else { continue }
        if isInsert {
          found[wish.relation, default: Found()].inserted[target, default: []].append(row)
        } else {
          found[wish.relation, default: Found()].placed[target, default: []].append(row)
        }
      }
    }
    return found
  }

  /// The different expressions that decide what the roles reach, and whether each is about new rows.
  private func conditions(
    _ policies: [PolicyDefinition]
  ) -> [(isInsert: Bool, condition: String)] {
    var result: [(isInsert: Bool, condition: String)] = []
    for actor in actors where !actor.role.isSuperuser && !actor.role.bypassesRowSecurity {
      for command in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
        let own = policies.filter { $0.applies(to: command) && $0.binds(actor.role) }
        let isInsert = command == "INSERT"
        func expression(_ policy: PolicyDefinition) -> String? {
          isInsert ? policy.check ?? policy.using : policy.using
        }
        let restrictions = own.filter { !$0.isPermissive }.compactMap(expression)
        // One for each permissive policy, so that each way in is tried by itself.
        for policy in own where policy.isPermissive {
          guard let way = expression(policy), way != "true" else { continue }
          let condition = ([way] + restrictions).map { "(\($0))" }.joined(separator: " AND ")
          let isKnown = result.contains { $0.isInsert == isInsert && $0.condition == condition }
          if !isKnown { result.append((isInsert, condition)) }
        }
      }
    }
    return result
  }
}
