internal import Postgres
internal import SQLSyntax

/// What is sent to the server for one step, and which part of the step each piece is.
struct StepPipeline {
  /// What a piece is for.
  enum Part: Equatable {
    case begin
    case lease
    case predecessor
    case ledgerSetup
    case setting
    case statement(Int)
    case reset
    case ledgerRow
    case progress
    case commit
    case release
  }

  private(set) var parts: [Part] = []
  private(set) var statements: [PipelineStatement] = []
  private let place: LedgerPlace
  private var sql: LedgerSQL { LedgerSQL(place) }
  private var progressSQL: ProgressSQL { ProgressSQL(place) }

  private init(_ place: LedgerPlace) { self.place = place }

  /// The whole step in one transaction.
  ///
  /// After an error the server skips the rest, COMMIT too, so a partly failed step cannot commit.
  ///
  /// - Parameters:
  ///   - predecessor: The version that must be in the ledger, or else nothing is done.
  ///   - isFirst: What an older version of the ledger lacks is added.
  ///   - isFollowed: Another one is sent right behind it, whose COMMIT takes this one to the disk as
  ///     well.
  static func transaction(
    _ step: MigrationStep, after predecessor: Int64?, createsLedger: Bool, isFirst: Bool,
    isFollowed: Bool, options: MigrationOptions
  ) -> StepPipeline {
    var pipeline = StepPipeline(options.place)
    pipeline.addBegin(options)
    if createsLedger {
      pipeline.addLedgerSetup()
    } else if let predecessor {
      pipeline.add(.predecessor, pipeline.sql.predecessor, [.text(String(predecessor))])
    }
    if isFirst { pipeline.add(.ledgerSetup, pipeline.sql.extend) }
    // PostgreSQL manual, section 30.4 "Asynchronous Commit": what is lost in a crash is lost from the
    // end, never from the middle, and each migration goes with its row of the ledger.
    if isFollowed { pipeline.add(.setting, "SET LOCAL synchronous_commit = off") }
    pipeline.addTimeouts(step.script.directives, options, isLocal: true)
    for (index, statement) in step.script.statements.enumerated() {
      pipeline.add(.statement(index), statement.text)
    }
    pipeline.addEnd(step, milliseconds: nil, options: options)
    pipeline.dropResults()
    return pipeline
  }

  /// What comes before a step outside a transaction; its last answer is the step's progress.
  static func opening(
    _ step: MigrationStep, after predecessor: Int64?, createsLedger: Bool,
    options: MigrationOptions
  ) -> StepPipeline {
    var pipeline = StepPipeline(options.place)
    pipeline.addBegin(options)
    if createsLedger {
      pipeline.addLedgerSetup()
    } else if let predecessor {
      pipeline.add(.predecessor, pipeline.sql.predecessor, [.text(String(predecessor))])
    }
    pipeline.add(.ledgerSetup, pipeline.sql.extend)
    pipeline.add(.commit, "COMMIT")
    pipeline.addTimeouts(step.script.directives, nil, isLocal: false)
    pipeline.add(.progress, pipeline.progressSQL.read, pipeline.key(step))
    return pipeline
  }

  /// Some statements of a step outside a transaction, in one of theirs, with the record of it.
  ///
  /// - Parameter isOwn: The first and the last one are BEGIN and COMMIT.
  static func unit(
    _ step: MigrationStep, _ range: ClosedRange<Int>, isOwn: Bool, digest: String,
    options: MigrationOptions
  ) -> StepPipeline {
    var pipeline = StepPipeline(options.place)
    var rest = range.map { $0 }
    let statements = step.script.statements
    if isOwn {
      pipeline.add(.statement(rest[0]), statements[rest.removeFirst()].text)
    } else {
      pipeline.addBegin(options)
    }
    pipeline.addTimeouts(step.script.directives, options, isLocal: true)
    // Without an end of its own the transaction stays open, which is found out later.
    let end = isOwn ? rest.popLast() : nil
    for index in rest { pipeline.add(.statement(index), statements[index].text) }
    pipeline.addRecord(
      pipeline.progressSQL.finish, step, statement: range.lowerBound, digest: digest)
    pipeline.dropResults()
    if let end {
      pipeline.add(.statement(end), statements[end].text)
    } else if !isOwn {
      pipeline.add(.commit, "COMMIT")
    }
    return pipeline
  }

  /// Writes to the progress of a step: one of the statements of `ProgressSQL`.
  static func record(
    _ sql: String, _ step: MigrationStep, statement: Int, digest: String?,
    options: MigrationOptions
  ) -> StepPipeline {
    var pipeline = StepPipeline(options.place)
    pipeline.addBegin(options)
    pipeline.addRecord(sql, step, statement: statement, digest: digest)
    pipeline.add(.commit, "COMMIT")
    pipeline.dropResults()
    return pipeline
  }

  /// The ledger's row of a step whose statements ran outside a transaction.
  static func record(
    _ step: MigrationStep, milliseconds: Int, options: MigrationOptions
  ) -> StepPipeline {
    var pipeline = StepPipeline(options.place)
    pipeline.addBegin(options)
    pipeline.addResets()
    pipeline.add(.progress, pipeline.progressSQL.clear, pipeline.key(step))
    pipeline.addEnd(step, milliseconds: milliseconds, options: options)
    return pipeline
  }

  /// The queries of a verify file, to be rolled back.
  static func verification(_ script: MigrationScript) -> StepPipeline {
    var pipeline = StepPipeline(.database)
    pipeline.add(.begin, "BEGIN READ ONLY")
    pipeline.addTimeouts(script.directives, nil, isLocal: true)
    for (index, statement) in script.statements.enumerated() {
      pipeline.add(.statement(index), statement.text)
    }
    return pipeline
  }

  /// The lock's end, which may follow other pipelines without waiting for them.
  static func release(_ lock: RunnerLock) -> StepPipeline {
    var pipeline = StepPipeline(lock.place)
    let statement = lock.releasing
    pipeline.add(.release, statement.sql, statement.parameters)
    return pipeline
  }

  /// A transaction whose COMMIT waits until all before it is on the disk.
  static func flush() -> StepPipeline {
    var pipeline = StepPipeline(.database)
    pipeline.add(.begin, "BEGIN")
    pipeline.add(.setting, "SELECT pg_catalog.txid_current()")
    pipeline.add(.commit, "COMMIT")
    return pipeline
  }

  /// Puts role and settings of the session back.
  static func resets() -> StepPipeline {
    var pipeline = StepPipeline(.database)
    pipeline.addResets()
    return pipeline
  }

  /// Nobody looks at what the statements give; whether they ran is all that counts.
  private mutating func dropResults() {
    for index in statements.indices { statements[index].isResultNeeded = false }
  }

  private mutating func add(_ part: Part, _ sql: String, _ parameters: [Parameter] = []) {
    parts.append(part)
    statements.append(PipelineStatement(sql, parameters))
  }

  /// Nobody else can take the lease before the transaction ends.
  private mutating func addBegin(_ options: MigrationOptions) {
    add(.begin, "BEGIN")
    if let renewal = options.lease?.renewal { add(.lease, renewal.sql, renewal.parameters) }
  }

  private func key(_ step: MigrationStep) -> [Parameter] {
    [.text(String(step.migration.version)), .text(step.direction.rawValue)]
  }

  /// The script may have taken on a role that may not write there.
  private mutating func addRecord(
    _ sql: String, _ step: MigrationStep, statement: Int, digest: String?
  ) {
    for sql in ProgressSQL.asOneself { add(.reset, sql) }
    add(.progress, sql, key(step) + [.text(String(statement))] + (digest.map { [.text($0)] } ?? []))
  }

  private mutating func addLedgerSetup() {
    for sql in sql.create { add(.ledgerSetup, sql) }
  }

  /// What the file says holds; what `options` say holds where the session has no limit of its own.
  private mutating func addTimeouts(
    _ directives: MigrationDirectives, _ options: MigrationOptions?, isLocal: Bool
  ) {
    let timeouts = [
      ("lock_timeout", directives.lockTimeout, options?.lockTimeout),
      ("statement_timeout", directives.statementTimeout, options?.statementTimeout),
    ]
    let scope = isLocal ? "true" : "false"
    if let path = place.searchPath {
      add(
        .setting, "SELECT pg_catalog.set_config('search_path', $1, \(scope))", [.text(path)])
    }
    for (name, asked, usual) in timeouts {
      if let asked {
        add(
          .setting, "SELECT pg_catalog.set_config($1, $2, \(scope))", [.text(name), .text(asked)])
      } else if let usual {
        add(
          .setting,
          """
          SELECT pg_catalog.set_config($1, $2, \(scope))
          WHERE pg_catalog.current_setting($1) OPERATOR(pg_catalog.=) '0'
          """, [.text(name), .text(usual)])
      }
    }
  }

  /// A file's SET ROLE, SET SESSION AUTHORIZATION and SET search_path end with the file.
  ///
  /// pg_dump writes such settings at the head of its files, so they are common.
  private mutating func addResets() {
    add(.reset, "RESET SESSION AUTHORIZATION")
    add(.reset, "RESET ROLE")
    add(.reset, "RESET ALL")
  }

  private mutating func addEnd(
    _ step: MigrationStep, milliseconds: Int?, options: MigrationOptions
  ) {
    addResets()
    let version = Parameter.text(String(step.migration.version))
    let duration = Parameter(milliseconds.map { String($0) })
    switch step.direction {
    case .up:
      add(
        .ledgerRow, sql.insert,
        [
          version, .text(step.migration.name), .text(step.script.checksum), duration,
          .text(options.toolVersion), .text(options.runID), .text(step.script.text),
        ])
    case .down:
      add(.ledgerRow, sql.delete, [version, duration])
    }
    add(.commit, "COMMIT")
    // Each step is told of when it is done, not when all are.
    statements[statements.count - 1].flushes = true
  }
}
