internal import Postgres

/// Holes one step away that only definitions show.
struct DefinitionRules {
  var catalog: Catalog
  var model: TenancyModel
  var actors: [Actor]
  /// The functions that each role may call, by the role's name.
  var callable: [String: Set<UInt32>]

  /// The findings, all of severity warning.
  func findings(_ included: [Relation]) -> [Finding] {
    included.compactMap(tenantDefault) + catalog.routines.compactMap(openSearchPath)
      + catalog.sortedRelations.compactMap(foreignTable)
  }

  /// A row whose tenant was forgotten lands with a real one.
  private func tenantDefault(_ relation: Relation) -> Finding? {
    guard case .column(let name) = model.tables[relation.oid], let column = relation.column(name),
      let expression = column.defaultExpression, !expression.contains("current_setting"),
      !expression.contains("("), !expression.lowercased().hasPrefix("null"),
      let actor = actors.first(where: { !$0.privileges(on: relation.oid).insert.isEmpty })
    else { return nil }
    return Finding(
      rule: "tenant-default", severity: .warning, object: relation.displayName,
      operation: "insert", role: actor.role.name,
      message: "rows of \(relation.displayName) that name no tenant get a fixed one",
      evidence: "\(name) DEFAULT \(expression)", reproduce: "",
      fix:
        "ALTER TABLE \(SQLNames.of(relation)) ALTER COLUMN \(SQLNames.of(name)) DROP DEFAULT;"
    )
  }

  /// Names in the body of such a function are looked up where its caller says.
  ///
  /// PostgreSQL manual, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely".
  private func openSearchPath(_ routine: Routine) -> Finding? {
    guard routine.isSecurityDefiner,
      !routine.settings.contains(where: { $0.hasPrefix("search_path=") }),
      let actor = actors.first(where: { callable[$0.role.name]?.contains(routine.oid) == true })
    else { return nil }
    let name = SQLNames.of(routine)
    let arguments = routine.argumentTypes.joined(separator: ", ")
    return Finding(
      rule: "definer-search-path", severity: .warning, object: routine.displayName,
      operation: "other", role: actor.role.name,
      message:
        "function \(routine.displayName) runs as its owner and looks names up where its caller says",
      evidence: "SECURITY DEFINER without SET search_path", reproduce: "",
      fix:
        "ALTER FUNCTION \(name)(\(arguments)) SET search_path = pg_catalog, \(SQLNames.of(routine.schema)), pg_temp;"
    )
  }

  /// Policies do not reach to the other server.
  private func foreignTable(_ relation: Relation) -> Finding? {
    guard relation.kind == .foreign,
      let actor = actors.first(where: { !$0.privileges(on: relation.oid).select.isEmpty })
    else { return nil }
    return Finding(
      rule: "foreign-table-granted", severity: .warning, object: relation.displayName,
      operation: "select", role: actor.role.name,
      message:
        "foreign table \(relation.displayName) cannot have policies, and the role may read it",
      evidence: "privilege SELECT", reproduce: "",
      fix:
        "REVOKE SELECT ON \(SQLNames.of(relation)) FROM \(SQLNames.of(actor.role));"
    )
  }
}
