internal import Postgres
internal import SQLSyntax

/// What the SQL files of a plan become, and which statement of which file each part is.
///
/// Without a manifest this is the whole transaction, sent with one network wait.
struct PolicyScript {
  /// A statement of a file.
  struct Origin {
    var file: PolicyFile
    var statement: Statement
  }

  private(set) var statements: [PipelineStatement] = []
  /// For each statement where it comes from; nil for those of dbtool itself.
  private(set) var origins: [Origin?] = []

  init(_ plan: PolicyPlan, runner: PolicyRunner) {
    add(PipelineStatement("BEGIN"))
    // Waiting for another runner is no reason to give up, so its lock comes before the timeout,
    // which counts for advisory locks too.
    add(PipelineStatement("SELECT set_config('lock_timeout', '0', true)"))
    add(
      PipelineStatement(
        "SELECT pg_advisory_xact_lock($1::bigint)", [.text(String(PolicyRunner.advisoryLock))]))
    let timeout = PipelineStatement(
      "SELECT set_config('lock_timeout', $1, true)", [.text("\(runner.lockTimeoutMilliseconds)ms")])
    add(timeout)
    add(PolicyLedger.creation)
    for file in plan.filesToApply {
      for statement in file.statements {
        add(PipelineStatement(statement.text), Origin(file: file, statement: statement))
      }
      // A plain SET would outlive the transaction, SET LOCAL would reach the files that follow.
      add(PipelineStatement("RESET SESSION AUTHORIZATION"))
      add(PipelineStatement("RESET ROLE"))
      add(PipelineStatement("RESET ALL"))
      add(timeout)
    }
    if !plan.filesToApply.isEmpty { for statement in PolicyState.recording { add(statement) } }
    for file in plan.filesToApply {
      add(PolicyLedger.note(file, toolVersion: runner.toolVersion, runID: runner.runID))
    }
    for name in plan.removed { add(PolicyLedger.forget(name)) }
    if plan.manifest == nil { add(PipelineStatement("COMMIT")) }
    // Whether they ran is all that counts.
    for index in statements.indices { statements[index].isResultNeeded = false }
  }

  private mutating func add(_ statement: PipelineStatement, _ origin: Origin? = nil) {
    statements.append(statement)
    origins.append(origin)
  }
}
