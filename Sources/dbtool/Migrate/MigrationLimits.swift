import ArgumentParser
import Migrations
import Postgres

/// How long a run of migrations waits for locks and statements.
struct MigrationLimits: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long a statement may wait for a lock before its migration is rolled back and tried again (default: 2s).",
      discussion:
        "For example 500ms or 10s; 0 sets no limit. `-- dbtool: lock-timeout=` in a file goes before."
    ))
  var lockTimeout: TimeLimit?

  @Option(
    help:
      "How long a statement may run, for example 15min; by default as long as the server lets it.")
  var statementTimeout: TimeLimit?

  @Option(help: "How often a migration that got no lock is tried again (default: 10).")
  var lockRetries: Int?

  @Option(
    help: ArgumentHelp(
      "What to do with a statement that an earlier run was killed in: ask, rerun or skip.",
      discussion:
        "Only for a CALL, a DO or the like outside a transaction, of which nothing tells how it ended."
    ))
  var unfinished: MigrationOptions.Unfinished = .ask

  func validate() throws {
    if let lockRetries, !(0...1_000).contains(lockRetries) {
      throw ValidationError("--lock-retries must be from 0 to 1000")
    }
  }

  /// The options of a run: what was asked for, else what `dbtool.yaml` says, else the defaults.
  func options(_ session: Session) throws -> MigrationOptions {
    var options = options(session.configuration, observer: try session.connector())
    options.runID = session.run.id
    return options
  }

  /// The same, with what opens a second session.
  func options(
    _ configuration: Configuration, observer: @escaping @Sendable () throws -> any Connection
  ) -> MigrationOptions {
    let configured = configuration.migrating
    var options = MigrationOptions(
      toolVersion: Version.current, cancellation: Interrupts.cancellation)
    if let limit = lockTimeout ?? configured.lockTimeout { options.lockTimeout = limit.setting }
    options.statementTimeout = (statementTimeout ?? configured.statementTimeout)?.setting
    if let retries = lockRetries ?? configured.lockRetries {
      options.lockRetries.retries = retries
    }
    options.unfinished = unfinished
    options.observer = observer
    return options
  }
}

extension MigrationOptions.Unfinished: ExpressibleByArgument {}

extension TimeLimit: ExpressibleByArgument {
  /// From a command line.
  package init?(argument: String) {
    try? self.init(argument)
  }
}
