internal import Postgres

/// Sees which sequences go on during a run: what nextval takes, a rollback does not give back.
struct SequenceWatch {
  private let before: [String: String?]

  /// Reads where the sequences stand.
  ///
  /// - Throws: `PostgresError`.
  init(on connection: any Connection) throws {
    before = try Self.read(connection)
  }

  /// The names of those that stand elsewhere now, in order.
  ///
  /// - Throws: `PostgresError`.
  func moved(on connection: any Connection) throws -> [String] {
    let now = try Self.read(connection)
    return now.filter { before[$0.key] != $0.value }.map(\.key).sorted()
  }

  private static func read(_ connection: any Connection) throws -> [String: String?] {
    let result = try connection.execute(
      """
      SELECT n.nspname || '.' || c.relname, pg_catalog.pg_sequence_last_value(c.oid)::text
      FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT pg_catalog.pg_is_other_temp_schema(n.oid)
        AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')
      """)
    return Dictionary(uniqueKeysWithValues: result.rows.map { ($0.text(0), $0[1]) })
  }
}
