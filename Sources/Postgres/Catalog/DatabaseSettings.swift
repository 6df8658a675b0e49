/// The settings and privileges of a database, which a copy does not bring along by itself.
///
/// PostgreSQL manual, section 23.3 "Template Databases".
package enum DatabaseSettings {
  /// The statements that give a database those of another one.
  ///
  /// - Throws: `PostgresError`.
  package static func statements(
    from original: String, to copy: String, on connection: any Connection
  ) throws -> [String] {
    try [settings, privileges].flatMap { query in
      try connection.execute(query, [.text(original), .text(copy)]).rows.map { $0.text(0) }
    }
  }

  /// A setting that is a list stands there as quoted names, and is given as strings one by one, as
  /// pg_dump does.
  private static let settings = """
    SELECT pg_catalog.concat(
      CASE WHEN s.setrole = 0 THEN pg_catalog.format('ALTER DATABASE %I', $2::text)
        ELSE pg_catalog.format('ALTER ROLE %I IN DATABASE %I', r.rolname, $2::text) END,
      ' SET ',
      (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(part), '.' ORDER BY place)
       FROM pg_catalog.unnest(pg_catalog.string_to_array(pair[1], '.')) WITH ORDINALITY p(part, place)),
      ' TO ',
      CASE WHEN pair[1] IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',
        'session_preload_libraries') THEN
        (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(CASE WHEN name[1] LIKE '"%'
           THEN pg_catalog.replace(pg_catalog.substr(name[1], 2, pg_catalog.length(name[1]) - 2),
             '""', '"')
           ELSE pg_catalog.lower(name[1]) END), ', ' ORDER BY place)
         FROM pg_catalog.regexp_matches(pair[2], '("(?:[^"]|"")*"|[^", ]+)', 'g')
           WITH ORDINALITY n(name, place))
      ELSE pg_catalog.quote_literal(pair[2]) END)
    FROM pg_catalog.pg_db_role_setting s
    JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = $1
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
    CROSS JOIN pg_catalog.unnest(s.setconfig) c(setting)
    CROSS JOIN pg_catalog.regexp_match(c.setting, '^([^=]*)=(.*)$') m(pair)
    """

  /// Where nothing was ever granted both have the same defaults.
  private static let privileges = """
    SELECT statement FROM pg_catalog.pg_database d CROSS JOIN LATERAL (
      SELECT 0, pg_catalog.format('REVOKE ALL ON DATABASE %I FROM PUBLIC, CURRENT_USER', $2::text)
      UNION ALL
      SELECT 1, pg_catalog.format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, $2::text,
        CASE a.grantee WHEN 0 THEN 'PUBLIC'
          ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END,
        CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
      FROM pg_catalog.aclexplode(d.datacl) a) g(place, statement)
    WHERE d.datname = $1 AND d.datacl IS NOT NULL ORDER BY place
    """
}
