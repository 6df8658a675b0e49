internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension ScriptWriter {
  /// The script that shows what a view shows; it leaves nothing behind.
  func script(for leak: ViewProbes.Leak) throws -> String {
    var refresh: [String] = []
    if leak.view.kind == .materializedView {
      let name = try SQLIdentifier.readable(schema: leak.view.schema, name: leak.view.name)
      refresh.append("REFRESH MATERIALIZED VIEW \(name);")
    }
    let look = try inlined(leak.trial.statement) + ";"
    var lines = try beginning() + refresh + entry(leak.trial, actor: leak.actor)
    lines.append("-- must not show values of \(TenantName.of(leak.target))")
    lines.append(look)
    if leak.difference != nil {
      lines += try lookWithout(leak.target, refresh, leak.trial, actor: leak.actor, look)
    }
    return (lines + ["ROLLBACK;"]).joined(separator: "\n")
  }

  /// The script that calls a function as it was called; it leaves nothing behind.
  func script(for leak: FunctionProbes.Leak) throws -> String {
    var lines = try beginning()
    let before = leak.isWrite ? try snapshots(of: leak.target) : []
    lines += before + (try entry(leak.trial, actor: leak.actor))
    lines.append("-- must not reach \(TenantName.of(leak.target))")
    let call = try inlined(leak.trial.statement) + ";"
    lines.append(call)
    if leak.isWrite { lines += try comparisons(of: leak.target) }
    if leak.difference != nil {
      lines += try lookWithout(leak.target, [], leak.trial, actor: leak.actor, call)
    }
    return (lines + ["ROLLBACK;"]).joined(separator: "\n")
  }

  /// The script that runs a statement and shows what it did to the rows of `target`.
  ///
  /// For a deletion, rows that refer to those of `deleted` are taken away first.
  func script(
    writing trial: Trial, actor: Int?, target: Int, deleted: Set<UInt32> = []
  ) throws -> String {
    var lines =
      try beginning() + withoutReferrers(to: deleted) + snapshots(of: target)
      + entry(trial, actor: actor)
    lines.append("-- must not reach \(TenantName.of(target))")
    lines.append(try inlined(trial.statement) + ";")
    lines += try comparisons(of: target)
    return (lines + ["ROLLBACK;"]).joined(separator: "\n")
  }

  /// The start of a transaction with all rows in it.
  func beginning() throws -> [String] {
    try ["BEGIN;", "SET CONSTRAINTS ALL DEFERRED;"]
      + stage.synthesizer.insertions.compactMap { row in
        try stage.catalog.relations[row.relation].map { try row.script(into: $0) + ";" }
      }
  }

  /// The context and the role of a trial.
  func entry(_ trial: Trial, actor: Int?) throws -> [String] {
    try entry(trial, of: "the context of \(TenantName.of(actor))")
  }

  /// The context and the role of a trial; `context` says whose it is.
  func entry(_ trial: Trial, of context: String) throws -> [String] {
    var lines: [String] = []
    switch trial.context {
    case .unset:
      lines.append("-- no tenant is set")
    case .empty:
      lines.append(try set(settings.tenant, to: ""))
      lines.append(try set(settings.user, to: ""))
    case .tenant(let tenant):
      lines.append("-- \(context)")
      lines += try set(tenant)
    }
    return lines + ["SET LOCAL ROLE \(try SQLIdentifier.readable(trial.role));"]
  }

  /// The same look once more, without the rows of `target`.
  private func lookWithout(
    _ target: Int, _ refresh: [String], _ trial: Trial, actor: Int?, _ look: String
  ) throws -> [String] {
    let lines = [
      "RESET ROLE;", "-- the same must be shown without the rows of \(TenantName.of(target))",
    ]
    return try lines + quietly(stage.removal(of: target)) + refresh + entry(trial, actor: actor) + [
      look
    ]
  }

  /// Takes away what refers to rows of `relations`, so that no foreign key keeps them.
  func withoutReferrers(to relations: Set<UInt32>) throws -> [String] {
    try quietly(stage.removalOfReferrers(to: relations))
  }

  /// Statements under which no trigger and no foreign key acts.
  private func quietly(_ statements: [PipelineStatement]) throws -> [String] {
    guard !statements.isEmpty else { return [] }
    return try ["SET LOCAL session_replication_role = replica;"]
      + statements.map { try inlined($0) + ";" }
      + ["SET LOCAL session_replication_role = origin;"]
  }

  /// Keeps where the rows of `target` lie, to see later which were touched.
  private func snapshots(of target: Int) throws -> [String] {
    let state = try inlined(stage.state(of: target))
    return ["CREATE TEMP TABLE dbtool_before ON COMMIT DROP AS\n\(state);"]
  }

  /// Names the tables in which rows of `target` were touched or added.
  private func comparisons(of target: Int) throws -> [String] {
    let state = try inlined(stage.state(of: target))
    return [
      "RESET ROLE;", "-- tables with rows of \(TenantName.of(target)) that were changed or added",
      """
      SELECT b.oid::oid::regclass AS touched
      FROM dbtool_before b JOIN (\(state)) n ON n.oid = b.oid
      WHERE n.places IS DISTINCT FROM b.places;
      """,
    ]
  }
}
