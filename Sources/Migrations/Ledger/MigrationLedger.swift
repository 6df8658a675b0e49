internal import Digests
package import Postgres

/// What the database remembers of its migrations: the rows of `dbtool.migrations`.
package struct MigrationLedger: Sendable, Equatable {
  /// One applied migration.
  package struct Entry: Sendable, Equatable {
    /// The version.
    package var version: Int64
    /// The name when it was applied.
    package var name: String
    /// SHA-256 of the up file that was applied.
    package var checksum: String
    /// When it was applied, ISO 8601 in UTC.
    package var appliedAt: String
    /// How long it took.
    package var durationMilliseconds: Int
    /// The role that was logged in.
    package var appliedBy: String

    /// `VERSION_name`, as messages call it.
    package var label: String { "\(version)_\(name)" }
  }

  /// How far a migration outside a transaction came before its run was stopped.
  package struct Unfinished: Sendable, Equatable {
    /// Which way it went.
    package var direction: MigrationStep.Direction
    /// How many of its statements are done and stay so.
    package var done: Int
  }

  /// False when the table is not there yet: nothing was ever applied.
  package var exists: Bool
  /// The applied migrations, lowest version first.
  package var entries: [Entry]
  /// What was applied, by version: only of those whose files are others now, and where it was kept.
  package var texts: [Int64: String] = [:]
  /// What runs outside a transaction and was stopped, by version; only after `withProgress`.
  package var unfinished: [Int64: Unfinished] = [:]
  /// Where it lies.
  package var place = LedgerPlace.database

  /// A ledger with known rows; without any, one that is not there yet.
  package init(exists: Bool = false, entries: [Entry] = []) {
    self.exists = exists
    self.entries = entries
  }

  /// The highest applied version.
  package var newest: Entry? { entries.last }

  /// Reads the ledger with one query, which makes nothing.
  ///
  /// - Throws: `MigrationError`.
  package static func read(
    on connection: any Connection, _ place: LedgerPlace = .database
  ) throws(MigrationError) -> MigrationLedger {
    do {
      return try MigrationLedger(rows: connection.execute(LedgerSQL(place).read), place)
    } catch {
      return try MigrationLedger(refusedWith: error, place)
    }
  }

  /// The ledger with what was applied of those migrations whose files have another checksum now.
  ///
  /// Sends nothing when there are none.
  ///
  /// - Throws: `MigrationError`.
  package func withTexts(
    of directory: MigrationDirectory, on connection: any Connection
  ) throws(MigrationError) -> MigrationLedger {
    let checksums = Dictionary(
      uniqueKeysWithValues: directory.migrations.map { ($0.version, $0.checksum) })
    let changed = entries.filter { entry in
      checksums[entry.version].map { $0 != entry.checksum } ?? false
    }
    guard !changed.isEmpty else { return self }
    var result = self
    do {
      let versions = PostgresArray.text(of: changed.map { String($0.version) })
      for row in try connection.execute(LedgerSQL(place).texts, [.text(versions)]).rows {
        if let version = row[0].flatMap({ Int64($0) }) { result.texts[version] = row.text(1) }
      }
    } catch let error as PostgresError where error.sqlState == .undefinedTable {
      // An older version of the ledger kept none.
    } catch {
      throw MigrationError(from: error, doing: "reading \(place.prefix)migration_texts")
    }
    return result
  }

  /// The ledger with what was stopped in the middle.
  ///
  /// - Throws: `MigrationError`.
  package func withProgress(on connection: any Connection) throws(MigrationError) -> MigrationLedger
  {
    guard exists else { return self }
    var result = self
    do {
      for row in try connection.execute(ProgressSQL(place).counts).rows {
        guard let version = Int64(row.text(0)),
          let direction = MigrationStep.Direction(rawValue: row.text(1))
        else { continue }
        result.unfinished[version] = Unfinished(direction: direction, done: row.int(2) ?? 0)
      }
    } catch let error as PostgresError where error.sqlState == .undefinedTable {
      // An older version of the ledger kept none.
    } catch {
      throw MigrationError(from: error, doing: "reading \(place.prefix)migration_progress")
    }
    return result
  }

  /// True when the ledger has exactly the migrations of a digest: one query, and one row of answer.
  ///
  /// False as well when it cannot be asked: whoever reads it then finds out why.
  package static func matches(_ digest: String, on connection: any Connection) -> Bool {
    (try? connection.execute(LedgerSQL(.database).digest))?.scalar == digest
  }

  /// The digest of the ledger once all of `migrations` that it lacks are applied as well.
  func digest(with migrations: [Migration]) -> String {
    let checksums = Dictionary(uniqueKeysWithValues: migrations.map { ($0.version, $0.checksum) })
      .merging(entries.map { ($0.version, $0.checksum) }) { $1 }
    let text = checksums.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ",")
    return SHA256.hexDigest(of: Array(text.utf8))
  }

  /// The ledger from what its query gave.
  init(rows result: QueryResult, _ place: LedgerPlace) throws(MigrationError) {
    self.place = place
    exists = true
    entries = []
    for row in result.rows {
      guard let version = row[0].flatMap({ Int64($0) }) else {
        throw MigrationError(.ledger, "the ledger \(place.ledger) holds a row without a version")
      }
      entries.append(
        Entry(
          version: version, name: row.text(1), checksum: row.text(2), appliedAt: row.text(3),
          durationMilliseconds: row.int(4) ?? 0, appliedBy: row.text(5)))
    }
  }

  /// The empty ledger if `error` says that there is no table, otherwise the error to report.
  init(refusedWith error: any Error, _ place: LedgerPlace) throws(MigrationError) {
    if let error = error as? MigrationError { throw error }
    guard let error = error as? PostgresError else {
      throw MigrationError(.ledger, "\(error)")
    }
    switch error.sqlState {
    case .undefinedTable?, .undefinedSchema?:
      self.init()
      self.place = place
    case .insufficientPrivilege?:
      var result = MigrationError(
        .ledger, "the ledger \(place.ledger) may not be read: \(error.message)",
        remedy: "connect as the role that applies migrations, or let it run GRANT USAGE ON SCHEMA "
          + "\(place.holder) and GRANT SELECT ON \(place.ledger)")
      result.postgres = error
      throw result
    default:
      throw MigrationError(from: error, doing: "reading the ledger \(place.ledger)")
    }
  }
}
