package import Postgres
internal import SourceFiles

extension LedgerChange {
  /// Writes the change, in one transaction, while no other runner is at work.
  ///
  /// - Throws: `MigrationError`; then nothing is changed.
  package func apply(
    on connection: any Connection, options: MigrationOptions,
    progress: (MigrationEvent) -> Void = { _ in }
  ) throws(MigrationError) {
    guard !isEmpty else { return }
    // Read before anything is sent, so that a file that cannot be read changes nothing.
    let statements = try statements(options)
    let (lock, current) = try RunnerLock.acquire(
      on: connection, place: options.place, waitLimit: options.waitLimit,
      cancellation: options.cancellation, progress: progress)
    let sql = LedgerSQL(options.place)
    defer { _ = lock.release() }
    guard current.entries == ledger.entries else {
      throw MigrationError(
        .changedMeanwhile, "another runner changed what is applied",
        remedy: "look at `dbtool migrate status`, then run the command again if still wanted")
    }
    let outcomes: [PipelineOutcome]
    do {
      outcomes = try connection.pipeline(
        [PipelineStatement("BEGIN")]
          + (current.exists ? [] : sql.create.map { PipelineStatement($0) })
          + [PipelineStatement(sql.extend)] + (lock.lease.map { [$0.renewal] } ?? [])
          + statements + [PipelineStatement("COMMIT")])
    } catch {
      throw MigrationError(from: error, doing: "changing the ledger")
    }
    if let error = outcomes.lazy.compactMap(\.error).first {
      _ = try? connection.execute("ROLLBACK")
      var failure = StepFailure.ledgerChange(error, options.place)
      failure.state = "nothing was changed"
      throw failure
    }
  }

  private func statements(_ options: MigrationOptions) throws(MigrationError) -> [PipelineStatement]
  {
    var statements: [PipelineStatement] = []
    for migration in recorded {
      statements.append(
        PipelineStatement(
          LedgerSQL(options.place).insert,
          [
            .text(String(migration.version)), .text(migration.name), .text(migration.checksum),
            .text("0"), .text(options.toolVersion), .text(options.runID),
            .text(try text(of: migration)),
          ]))
    }
    for migration in realigned {
      statements.append(
        PipelineStatement(
          LedgerSQL(options.place).realign,
          [
            .text(String(migration.version)), .text(migration.name), .text(migration.checksum),
            .text(try text(of: migration)),
          ]))
    }
    for entry in forgotten {
      statements.append(
        PipelineStatement(
          LedgerSQL(options.place).delete, [.text(String(entry.version)), .text("0")]))
    }
    return statements
  }

  private func text(of migration: Migration) throws(MigrationError) -> String {
    let file = migration.upFile
    // Not as a script: what was applied may be what would not be accepted today.
    return try MigrationError.wrap { () throws(SourceFileError) in
      try SourceText.decode(SourceFiles.bytes(ofFile: file), file: file)
    }
  }
}
