internal import Postgres

/// The type of a function's argument, with domains, arrays and members resolved.
struct ArgumentType: Sendable {
  /// The type as the function names it.
  var name: String
  /// The type under a domain, without modifier.
  var base: String
  /// For an array the type of its elements.
  var element: String?
  /// The labels of an enumeration, or of the elements of an array of one.
  var labels: [String]
  /// The columns of a composite type in order.
  var members: [String]

  /// The types called `names`, by name; those that no argument can be made for are left out.
  ///
  /// - Throws: `PostgresError`.
  static func read(_ names: Set<String>, from connection: any Connection) throws
    -> [String: ArgumentType]
  {
    let result = try connection.execute(
      """
      WITH RECURSIVE base (name, oid) AS (
        SELECT name, pg_catalog.to_regtype(name)::oid FROM pg_catalog.unnest($1::text[]) name
        UNION ALL
        SELECT b.name, t.typbasetype FROM base b
          JOIN pg_catalog.pg_type t ON t.oid = b.oid AND t.typtype = 'd')
      SELECT b.name, pg_catalog.format_type(t.oid, NULL),
        CASE WHEN t.typcategory = 'A' THEN pg_catalog.format_type(t.typelem, NULL) END,
        (SELECT pg_catalog.array_agg(e.enumlabel ORDER BY e.enumsortorder)::text
         FROM pg_catalog.pg_enum e WHERE e.enumtypid IN (t.oid, t.typelem)),
        (SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum)::text
         FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
      FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.oid WHERE t.typtype <> 'd'
      """, [.text(PostgresArray.text(of: names.sorted()))])
    func list(_ text: String?) -> [String] {
      text.map { PostgresArray.elements(of: $0).compactMap { $0 } } ?? []
    }
    return Dictionary(
      result.rows.map { row in
        (
          row.text(0),
          ArgumentType(
            name: row.text(0), base: row.text(1), element: row[2], labels: list(row[3]),
            members: list(row[4]))
        )
      }, uniquingKeysWith: { first, _ in first })
  }

  /// True when nobody guesses a value, or when a value says nothing: a row's number for example.
  var isOpaque: Bool { ["uuid", "integer", "bigint", "smallint"].contains(base) }

  /// True when any text will do.
  var isText: Bool {
    ["text", "character varying", "character", "citext", "name", "\"char\""].contains(base)
  }
}

/// One argument of a call.
struct Argument: Sendable, Hashable {
  /// The type that the value is cast to.
  var type: String
  /// The value in text form; nil is NULL.
  var value: String?
}
