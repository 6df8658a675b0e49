internal import Postgres
internal import SQLSyntax

/// A constraint or a unique index of a table, as far as errors are about it.
struct RowConstraint {
  var name: String
  /// True for a foreign key into the same table.
  var refersToItself: Bool
  /// Its columns.
  var columns: [String]
  /// For a foreign key the columns that it refers to.
  var referenced: [String]

  /// The one that an error is about.
  ///
  /// The Data API does not carry names as such: there the message is looked through.
  static func named(
    by error: PostgresError, of target: RowTarget, on connection: any Connection
  ) throws -> RowConstraint? {
    let known = error.object?.constraint
    let all = try read(target, on: connection)
    return all.filter { constraint in
      known.map { $0.utf8.elementsEqual(constraint.name.utf8) }
        ?? error.message.contains("\"\(constraint.name)\"")
    }.max { $0.name.utf8.count < $1.name.utf8.count }
  }

  private static func read(
    _ target: RowTarget, on connection: any Connection
  ) throws -> [RowConstraint] {
    let result = try connection.execute(
      """
      SELECT c.conname::text, (c.contype = 'f' AND c.confrelid = c.conrelid)::text,
        a.attname::text, coalesce(f.attname::text, '')
      FROM pg_catalog.pg_constraint AS c
      CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (number, place)
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number
      LEFT JOIN pg_catalog.pg_attribute AS f
        ON f.attrelid = c.confrelid AND f.attnum = c.confkey[k.place]
      WHERE c.conrelid = $1::oid
      UNION ALL
      SELECT x.relname::text, 'false', a.attname::text, ''
      FROM pg_catalog.pg_index AS i
      JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid
      JOIN pg_catalog.pg_depend AS d
        ON d.classid = 'pg_class'::regclass AND d.objid = x.oid AND d.refobjid = i.indrelid
          AND d.refobjsubid > 0
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE i.indrelid = $1::oid AND i.indisunique
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conindid = x.oid)
      """, [.text(target.oid)])
    var constraints: [RowConstraint] = []
    for row in result.rows {
      if constraints.last?.name != row.text(0) {
        constraints.append(
          RowConstraint(
            name: row.text(0), refersToItself: row.text(1) == "true", columns: [], referenced: []))
      }
      constraints[constraints.count - 1].columns.append(row.text(2))
      constraints[constraints.count - 1].referenced.append(row.text(3))
    }
    return constraints
  }
}
