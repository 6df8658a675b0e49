internal import Postgres
internal import Tenants

/// Tables without the tenant column that hold what tables of tenants hold: archives, imports,
/// copies.
///
/// Nothing leads from their rows to a tenant, so no probe knows whose they are.
struct CopyRules: IsolationCheck {
  var runsLive: Bool { true }

  func phrase(_ survey: Survey) -> String { "looking for copies of tables" }

  func run(_ survey: inout Survey) -> CheckOutcome {
    let survey = survey
    let suspects = survey.included.filter {
      survey.model.tables[$0.oid] == .global && !$0.hasRowSecurity && !$0.isPartition
    }
    let types = tenantTypes(survey)
    return CheckOutcome(
      findings: suspects.compactMap { relation in
        guard
          let actor = survey.boundActors.first(where: {
            !$0.privileges(on: relation.oid).select.isEmpty
          })
        else { return nil }
        if let column = renamedTenantColumn(of: relation, types, survey) {
          return finding(
            relation, actor, survey,
            "\(relation.displayName) has no column \(survey.options.tenantColumn), but \(column.name), and no row-level security",
            evidence: "column \(column.name) of type \(column.type.sql)", column: column.name)
        }
        guard let original = original(of: relation, survey) else { return nil }
        return finding(
          relation, actor, survey,
          "\(relation.displayName) has the columns of \(original.displayName) without the tenant, and no row-level security",
          evidence: "\(ownColumns(relation).count) columns as in \(original.displayName)",
          column: nil)
      })
  }

  /// The types of the tenants' ids.
  private func tenantTypes(_ survey: Survey) -> Set<String> {
    Set(
      survey.ownedTables.compactMap { relation in
        switch survey.model.tables[relation.oid] {
        case .root(let column), .column(let column): relation.column(column)?.type.baseSQL
        default: nil
        }
      })
  }

  /// A column that says by its name and type that it holds a tenant's id.
  private func renamedTenantColumn(
    of relation: Relation, _ types: Set<String>, _ survey: Survey
  ) -> Column? {
    let stems = stems(survey)
    return relation.columns.first { column in
      types.contains(column.type.baseSQL) && stems.contains(stem(column.name))
    }
  }

  /// What the tenant column and the table of tenants are called, without `_id` and the like.
  private func stems(_ survey: Survey) -> Set<String> {
    var result: Set<String> = [stem(survey.options.tenantColumn)]
    for relation in survey.ownedTables {
      guard case .root = survey.model.tables[relation.oid] else { continue }
      let name = stem(relation.name)
      result.insert(name)
      if name.hasSuffix("s") { result.insert(String(name.dropLast())) }
    }
    return result.filter { $0.count > 2 }
  }

  private func stem(_ name: String) -> String {
    let plain = name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    for ending in ["uuid", "ref", "key", "id"] where plain.count > ending.count {
      if plain.hasSuffix(ending) { return String(plain.dropLast(ending.count)) }
    }
    return plain
  }

  /// Columns that tell something about a table; every table has an id and dates.
  private func ownColumns(_ relation: Relation) -> Set<[String]> {
    Set(
      relation.columns.filter {
        !["id", "name", "created_at", "updated_at", "deleted_at"].contains($0.name)
      }.map { [$0.name, $0.type.baseSQL] })
  }

  /// The table of tenants that has all columns of `relation`, or all but few.
  private func original(of relation: Relation, _ survey: Survey) -> Relation? {
    let own = ownColumns(relation)
    guard own.count >= 2 else { return nil }
    return survey.ownedTables.first { table in
      var other = ownColumns(table)
      if case .column(let column) = survey.model.tables[table.oid] {
        other = other.filter { $0[0] != column }
      }
      let common = own.intersection(other).count
      return common >= 2 && common * 4 >= other.count * 3 && common * 3 >= own.count * 2
    }
  }

  private func finding(
    _ relation: Relation, _ actor: Actor, _ survey: Survey, _ message: String, evidence: String,
    column: String?
  ) -> Finding {
    let table = SQLNames.of(relation)
    return Finding(
      rule: "unprotected-copy", severity: .warning, object: relation.displayName,
      operation: "select", role: actor.role.name, message: message, evidence: evidence,
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(actor.role));\nSELECT count(*) FROM \(table);\nROLLBACK;",
      fix: "REVOKE ALL ON \(table) FROM \(actor.grantees);"
        + (column.map { "\n-- or enable row-level security with a policy on \($0)" } ?? ""))
  }
}
