internal import Postgres

/// What a session has done to the relations of a database so far, as the catalog shows it.
struct RelationState {
  struct Relation {
    var name: String
    var isIndex: Bool
    /// The table, of an index.
    var table: UInt32?
    var fileNode: UInt32?
    var scans: Int
    var strongestLock: LockMode?
  }

  var relations: [UInt32: Relation] = [:]

  init(_ result: QueryResult) {
    for row in result.rows {
      guard let oid = row[0].flatMap({ UInt32($0) }) else { continue }
      let modes = row[6].map { PostgresArray.elements(of: $0).compactMap { $0 } } ?? []
      relations[oid] = Relation(
        name: row.text(1), isIndex: row.bool(2), table: row[3].flatMap { UInt32($0) },
        fileNode: row[4].flatMap { UInt32($0) }, scans: row.int(5) ?? 0,
        strongestLock: modes.compactMap { LockMode(catalogName: $0) }.max())
    }
  }

  /// Relations but the system's and the ledger's, with what the session holds on them, the files
  /// that they lie in, and how often their tables were read through.
  static let query = """
    SELECT c.oid, n.nspname || '.' || c.relname, c.relkind IN ('i', 'I'), i.indrelid,
      pg_catalog.pg_relation_filenode(c.oid), coalesce(s.seq_scan, 0),
      (SELECT pg_catalog.array_agg(l.mode) FROM pg_catalog.pg_locks l
       WHERE l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.relation = c.oid)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      LEFT JOIN pg_catalog.pg_stat_xact_all_tables s ON s.relid = c.oid
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'dbtool')
      AND n.nspname NOT LIKE 'pg\\_t%' AND c.relkind IN ('r', 'p', 'm', 'i', 'I')
    """
}
