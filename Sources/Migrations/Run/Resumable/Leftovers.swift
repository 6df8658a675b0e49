internal import Postgres
internal import SQLSyntax

/// What a lone statement that did not come to its end has left, read from the catalog.
struct Leftovers {
  /// How the object of a statement stands.
  enum Standing: Equatable {
    /// As the statement makes it.
    case done
    /// As if it had never run, or so that it can be run again.
    case open
    /// Nothing tells.
    case unknown
  }

  let connection: any Connection

  /// How a statement stands that was begun.
  func standing(of statement: LoneStatement) throws -> Standing {
    switch statement {
    case .createIndex(let name?, let table):
      return try index(name, on: table)?.isValid == true ? .done : .open
    case .createIndex(nil, _), .procedure, .other:
      return .unknown
    case .dropIndex(let name):
      return try exists("pg_catalog.to_regclass($1)", name.quoted()) ? .open : .done
    case .detachPartition(let child, let parent):
      return try isAttached(child, to: parent) == nil ? .done : .open
    case .createDatabase(let name):
      return try exists("(\(Self.database))", name) ? .done : .open
    case .dropDatabase(let name):
      return try exists("(\(Self.database))", name) ? .open : .done
    case .createTablespace(let name):
      return try exists("(\(Self.tablespace))", name) ? .done : .open
    case .dropTablespace(let name):
      return try exists("(\(Self.tablespace))", name) ? .open : .done
    case .reindex, .repeatable:
      return .open
    }
  }

  /// INVALID indexes that an earlier try of a statement left.
  struct InvalidIndexes {
    /// Those that were dropped.
    var dropped: [String] = []
    /// Those of TOAST tables, whose schema only a superuser may use unless told otherwise.
    var kept: [String] = []
  }

  /// Clears away INVALID indexes that an earlier try of a statement left.
  ///
  /// PostgreSQL manual, CREATE INDEX and REINDEX, "Building/Rebuilding Indexes Concurrently".
  func clear(before statement: LoneStatement) throws -> InvalidIndexes {
    var names: InvalidIndexes
    switch statement {
    case .createIndex(let name?, let table):
      guard let index = try index(name, on: table), !index.isValid else { return .init() }
      names = .init(dropped: [index.name])
    case .reindex(.index(let name)):
      names = try temporaryIndexes(
        "i.indrelid = (SELECT indrelid FROM pg_catalog.pg_index "
          + "WHERE indexrelid = pg_catalog.to_regclass($1))", name.quoted())
    case .reindex(.table(let name)):
      // Its TOAST table is rebuilt with it.
      names = try temporaryIndexes(
        "(i.indrelid = pg_catalog.to_regclass($1) OR i.indrelid = (SELECT reltoastrelid "
          + "FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)))", name.quoted())
    case .reindex(.many):
      names = try temporaryIndexes("$1 = ''", "")
    default:
      return .init()
    }
    for name in names.dropped {
      try connection.execute("DROP INDEX CONCURRENTLY IF EXISTS \(name)")
    }
    return names
  }

  /// The statement to run instead of one that was begun; nil when it is to be run as it stands.
  ///
  /// A partition whose DETACH … CONCURRENTLY was stopped can only be detached with FINALIZE (ALTER
  /// TABLE in the PostgreSQL manual).
  func substitute(for statement: LoneStatement) throws -> String? {
    guard case .detachPartition(let child, let parent) = statement,
      try isAttached(child, to: parent) == .pending
    else { return nil }
    return "ALTER TABLE \(try parent.quoted()) DETACH PARTITION \(try child.quoted()) FINALIZE"
  }

  /// The INVALID index that a failed statement leaves, by name; nil when there is none.
  func invalidIndex(after statement: LoneStatement) -> String? {
    guard case .createIndex(let name?, let table) = statement,
      let index = try? index(name, on: table), !index.isValid
    else { return nil }
    return index.name
  }

  private enum Attachment { case attached, pending }

  private func isAttached(
    _ child: LoneStatement.Name, to parent: LoneStatement.Name
  ) throws -> Attachment? {
    let result = try connection.execute(
      """
      SELECT inhdetachpending FROM pg_catalog.pg_inherits
      WHERE inhrelid = pg_catalog.to_regclass($1) AND inhparent = pg_catalog.to_regclass($2)
      """, [.text(child.quoted()), .text(parent.quoted())])
    return result.rows.first.map { $0.bool(0) ? .pending : .attached }
  }

  /// An index that somebody builds at this moment is invalid too, and is none of ours.
  private func index(
    _ name: LoneStatement.Name, on table: LoneStatement.Name
  ) throws -> (name: String, isValid: Bool)? {
    let result = try connection.execute(
      """
      SELECT c.oid::pg_catalog.regclass::text, i.indisvalid
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                        WHERE p.index_relid = i.indexrelid)
      """, [.text(table.quoted()), .text(name.name)])
    return result.rows.first.map { ($0.text(0), $0.bool(1)) }
  }

  private func temporaryIndexes(
    _ condition: String, _ value: String
  ) throws -> InvalidIndexes {
    let result = try connection.execute(
      """
      SELECT c.oid::pg_catalog.regclass::text,
        pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      WHERE \(condition) AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p
                        WHERE p.relid = i.indrelid)
      """, [.text(value)])
    var indexes = InvalidIndexes()
    for row in result.rows {
      if row.bool(1) == true {
        indexes.dropped.append(row.text(0))
      } else {
        indexes.kept.append(row.text(0))
      }
    }
    return indexes
  }

  private func exists(_ expression: String, _ value: String) throws -> Bool {
    try connection.execute("SELECT \(expression) IS NOT NULL", [.text(value)]).scalar == "t"
  }

  private static let database = "SELECT oid FROM pg_catalog.pg_database WHERE datname = $1"
  private static let tablespace = "SELECT oid FROM pg_catalog.pg_tablespace WHERE spcname = $1"
}
