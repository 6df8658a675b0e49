internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Writes what a probe did as a script that a person can paste into psql.
struct ScriptWriter {
  var stage: Stage
  var settings: ContextSettings
  /// The tables whose policies keep the tenant that a session had first.
  var keptContexts: Set<UInt32> = []

  /// The script; it leaves nothing behind.
  func script(for probe: Probe) throws -> String {
    guard let table = try stage.table(probe.table) else { return "" }
    var lines = ["BEGIN;", "SET CONSTRAINTS ALL DEFERRED;"]
    var others: [UInt32] = []
    if case .reference(let key) = probe.side { others.append(key.referencedRelation) }
    for row in stage.supportingRows(of: probe.table, and: others) {
      guard let relation = stage.catalog.relations[row.relation] else { continue }
      lines.append(try row.script(into: relation) + ";")
    }
    let target = probe.targetName
    for statement in probe.trial.scene { lines.append(try inlined(statement) + ";") }
    let before = probe.side == nil && !probe.isEvaluation ? try snapshot(of: probe, table) : nil
    if let before { lines.append(before) }
    if case .reference = probe.side { lines.append(placesOfAll(table)) }
    lines += try earlierUse(of: table, by: probe)
    lines += try entry(probe.trial, actor: probe.actor)
    switch probe.side {
    case .reference: lines.append("-- must not be accepted: it refers to a row of \(target)")
    case .oracle: lines.append("-- must not tell, by its error, what \(target) has")
    case nil:
      lines.append("-- must not reach \(target)")
      if probe.method.isNewRow {
        lines.append("-- (an error of a constraint shows that the policies let the row pass)")
      }
    }
    lines.append(try inlined(probe.trial.statement) + ";")
    lines.append("RESET ROLE;")
    if before != nil { lines.append(try comparison(of: probe, table)) }
    if case .reference = probe.side { lines += accepted(in: table) }
    lines.append("ROLLBACK;")
    return lines.joined(separator: "\n")
  }

  /// What leaves the target's id in cached plans, where policies keep one.
  private func earlierUse(of table: ProbedTable, by probe: Probe) throws -> [String] {
    guard keptContexts.contains(probe.table) else { return [] }
    return try ["-- the session was that of \(probe.targetName) before"]
      + set(stage.context(of: probe.target))
      + [
        "SET LOCAL ROLE \(try SQLIdentifier.readable(probe.trial.role));",
        "DO $dbtool$ BEGIN PERFORM FROM \(table.sqlName); END $dbtool$;", "RESET ROLE;",
      ]
  }

  /// The script of a trial in which several statements follow each other; it leaves nothing behind.
  func script(for trial: Trial, by actor: Int, reaching target: Int) throws -> String {
    var lines = try beginning()
    for statement in trial.scene { lines.append(try inlined(statement) + ";") }
    lines += try entry(trial, actor: actor)
    for statement in trial.steps { lines.append(try inlined(statement) + ";") }
    lines.append("-- must not show rows of \(TenantName.of(target))")
    lines.append(try inlined(trial.statement) + ";")
    lines.append("ROLLBACK;")
    return lines.joined(separator: "\n")
  }

  /// The statements that set a context, each setting by one.
  func set(_ context: TenantContext) throws -> [String] {
    var lines = [try set(settings.tenant, to: context.tenant)]
    if let user = context.user { lines.append(try set(settings.user, to: user)) }
    for (name, value) in context.settings.sorted(by: { $0.key < $1.key }) {
      lines.append(try set(name, to: value))
    }
    return lines
  }

  /// Sets a setting for the rest of the transaction.
  func set(_ name: String, to value: String) throws -> String {
    let name = try SQLLiteral.quoted(name)
    return "SELECT set_config(\(name), \(try SQLLiteral.quoted(value)), true);"
  }

  /// Keeps where the other tenant's rows lie, to see later which were touched.
  private func snapshot(of probe: Probe, _ table: ProbedTable) throws -> String? {
    guard probe.method != .read else { return nil }
    let rows = try rowsOfTarget(probe, table)
    return """
      CREATE TEMP TABLE dbtool_before ON COMMIT DROP AS
        SELECT tableoid AS storage, ctid AS place FROM \(table.sqlName) WHERE \(rows);
      """
  }

  private func comparison(of probe: Probe, _ table: ProbedTable) throws -> String {
    let rows = try rowsOfTarget(probe, table)
    let isAdding = probe.method == .insert || probe.method == .move
    let now = "SELECT 1 FROM \(table.sqlName) t WHERE t.tableoid = storage AND t.ctid = place"
    if isAdding {
      return """
        SELECT count(*) - (SELECT count(*) FROM dbtool_before) AS rows_of_the_other_tenant_added
          FROM \(table.sqlName) WHERE \(rows);
        """
    }
    return """
      SELECT count(*) AS rows_of_the_other_tenant_touched
        FROM dbtool_before WHERE NOT EXISTS (\(now));
      """
  }

  private func placesOfAll(_ table: ProbedTable) -> String {
    """
    CREATE TEMP TABLE dbtool_before ON COMMIT DROP AS
      SELECT tableoid AS storage, ctid AS place FROM \(table.sqlName);
    """
  }

  /// Counts the rows that are new once all constraints were asked.
  private func accepted(in table: ProbedTable) -> [String] {
    [
      "SET CONSTRAINTS ALL IMMEDIATE;",
      """
      SELECT count(*) AS rows_accepted FROM \(table.sqlName) t WHERE NOT EXISTS (
        SELECT 1 FROM dbtool_before WHERE storage = t.tableoid AND place = t.ctid);
      """,
    ]
  }

  private func rowsOfTarget(_ probe: Probe, _ table: ProbedTable) throws -> String {
    if probe.isOnUnowned { return UnownedRows.place }
    if probe.claim != nil, let column = table.tenantColumn,
      let id = probe.trial.observation?.parameters.first
    {
      // Of an id that is none of the made-up tenants, or of none at all.
      let name = try SQLIdentifier.readable(column)
      return try inlined(PipelineStatement("\(name) IS NOT DISTINCT FROM $1", [id]))
    }
    let condition = try table.ownershipCondition(ofTenant: probe.target)
    return try inlined(PipelineStatement(condition.sql, condition.parameters))
  }

  /// The statement's text with its parameters written as literals.
  func inlined(_ statement: PipelineStatement) throws -> String { try Self.inlined(statement) }

  /// The statement's text with its parameters written as literals.
  static func inlined(_ statement: PipelineStatement) throws -> String {
    var result = ""
    // Scalars, since a quote with an accent on it is one character to Swift and a quote to
    // PostgreSQL.
    var rest = statement.sql.unicodeScalars[...]
    while let character = rest.first {
      if character == "\"" || character == "'" {
        let end = rest.dropFirst().firstIndex(of: character) ?? rest.indices.last ?? rest.startIndex
        result += String(rest[...end])
        rest = rest[rest.index(after: end)...]
      } else if character == "$" {
        let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
        if let number = Int(String(digits)), statement.parameters.indices.contains(number - 1) {
          if case .text(let value) = statement.parameters[number - 1] {
            result += try SQLLiteral.quoted(value)
          } else {
            result += "NULL"
          }
        }
        rest = rest.dropFirst(1 + digits.count)
      } else {
        result.unicodeScalars.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
