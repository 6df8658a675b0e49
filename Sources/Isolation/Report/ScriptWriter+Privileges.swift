internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension ScriptWriter {
  /// The script that empties a table as `role`, and counts what is gone.
  func truncation(of relation: Relation, by role: RoleAttributes) throws -> String {
    let table = SQLNames.of(relation)
    return try script(about: relation) { lines in
      lines.append(
        "CREATE TEMP TABLE dbtool_before ON COMMIT DROP AS SELECT count(*) AS rows FROM \(table);")
      lines.append("SET LOCAL ROLE \(SQLNames.of(role));")
      lines.append("-- must not be allowed: no policy restrains it")
      lines.append("TRUNCATE \(table) CASCADE;")
      lines.append("RESET ROLE;")
      lines.append(
        "SELECT rows - (SELECT count(*) FROM \(table)) AS rows_of_all_tenants_destroyed\n  FROM dbtool_before;"
      )
    }
  }

  /// The script in which the owner `role` switches row-level security off and reads another
  /// tenant's rows.
  func disabling(_ relation: Relation, by role: RoleAttributes) throws -> String {
    let table = SQLNames.of(relation)
    return try script(about: relation) { lines in
      lines.append("SET LOCAL ROLE \(SQLNames.of(role));")
      lines.append("-- must not be allowed")
      lines.append("ALTER TABLE \(table) DISABLE ROW LEVEL SECURITY;")
      lines.append(try counting(relation))
    }
  }

  /// Rows of both tenants, then what `body` says.
  private func script(
    about relation: Relation, _ body: (inout [String]) throws -> Void
  ) throws -> String {
    var lines = ["BEGIN;", "SET CONSTRAINTS ALL DEFERRED;"]
    for row in stage.supportingRows(of: relation.oid) {
      guard let table = stage.catalog.relations[row.relation] else { continue }
      lines.append(try row.script(into: table) + ";")
    }
    // Neither TRUNCATE nor ALTER TABLE works while a constraint waits for its check.
    lines.append("SET CONSTRAINTS ALL IMMEDIATE;")
    try body(&lines)
    lines.append("ROLLBACK;")
    return lines.joined(separator: "\n")
  }

  private func counting(_ relation: Relation) throws -> String {
    let condition = try stage.table(relation.oid).map { table in
      try table.ownershipCondition(ofTenant: 1)
    }
    guard let condition else { return "SELECT count(*) FROM \(SQLNames.of(relation));" }
    let statement = PipelineStatement(
      "SELECT count(*) FROM \(SQLNames.of(relation)) WHERE \(condition.sql)",
      condition.parameters)
    return try inlined(statement) + ";"
  }
}
