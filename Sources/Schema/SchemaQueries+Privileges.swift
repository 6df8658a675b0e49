/// Who owns what, and who may do what with it.
extension SchemaQueries {
  /// What somebody else owns than the one who asks, which is who builds a database.
  static let owners = """
    SELECT 'owner', o.what || ' ' || o.name, CASE WHEN o.what = 'TABLE' THEN o.name END,
      format('ALTER %s %s OWNER TO %I', o.what, o.name, r.rolname),
      format('ALTER %s %s OWNER TO CURRENT_USER', o.what, o.name), 'f', ''
    FROM (
      SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
          WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.name, c.relowner
      FROM (\(relation)) c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass
          AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S')
      UNION ALL
      SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
        format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
        p.proowner
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prokind IN ('f', 'p', 'w') AND \(hidden) AND \(isOwn("pg_proc", "p.oid"))
      UNION ALL
      SELECT 'SCHEMA', format('%I', n.nspname), n.nspowner FROM pg_catalog.pg_namespace n
      WHERE \(hidden) AND n.nspname <> 'public'
      UNION ALL
      SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END,
        format('%I.%I', n.nspname, t.typname), t.typowner
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype IN ('d', 'e') AND \(hidden) AND \(isOwn("pg_type", "t.oid"))
    ) o (what, name, owner) JOIN pg_catalog.pg_roles r ON r.oid = o.owner
    WHERE r.rolname <> current_user AND r.oid <> 10
    """

  /// Every object with privileges, its access list, and what it would have by default.
  private static let accessLists = """
    SELECT CASE WHEN c.relkind = 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS what, c.name,
      c.relacl AS list, acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char",
        c.relowner) AS usual, c.relowner AS owner,
      CASE WHEN c.relkind IN ('r', 'p') THEN c.name END AS of_table
    FROM (\(relation)) c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
    UNION ALL
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
      format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
      p.proacl, acldefault('f', p.proowner), p.proowner, NULL
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'p', 'w') AND \(hidden) AND \(isOwn("pg_proc", "p.oid"))
    UNION ALL
    SELECT 'SCHEMA', format('%I', n.nspname), n.nspacl,
      CASE WHEN n.nspname = 'public' THEN ARRAY[makeaclitem(0, n.nspowner, 'USAGE', false)]
        ELSE acldefault('n', n.nspowner) END, n.nspowner, NULL
    FROM pg_catalog.pg_namespace n WHERE \(hidden)
    UNION ALL
    SELECT 'TYPE', format('%I.%I', n.nspname, t.typname), t.typacl, acldefault('T', t.typowner),
      t.typowner, NULL
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('d', 'e') AND \(hidden) AND \(isOwn("pg_type", "t.oid"))
    """

  private static let grantee =
    "CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END"

  private static func entries(of list: String) -> String {
    "SELECT grantee, privilege_type, is_grantable FROM aclexplode(\(list))"
  }

  static let privileges = """
    SELECT 'privilege', format('%s on %s %s%s', \(grantee), lower(a.what), a.name,
        CASE WHEN x.is_grantable THEN ' with grant option' END), a.of_table,
      format('GRANT %s ON %s %s TO %s%s', string_agg(x.privilege_type, ', ' ORDER BY
        x.privilege_type), a.what, a.name, \(grantee),
        CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END),
      format('REVOKE %s ON %s %s FROM %s', string_agg(x.privilege_type, ', ' ORDER BY
        x.privilege_type), a.what, a.name, \(grantee)), 'f', ''
    FROM (\(accessLists)) a, LATERAL (
      \(entries(of: "a.list")) EXCEPT \(entries(of: "a.usual"))) x
    WHERE a.list IS NOT NULL AND x.grantee <> a.owner
    GROUP BY a.what, a.name, a.of_table, x.grantee, x.is_grantable
    """

  /// What a list lacks that it would have by default, for example EXECUTE for PUBLIC.
  static let revocations = """
    SELECT 'privilege', format('none for %s on %s %s', \(grantee), lower(a.what), a.name), a.of_table,
      format('REVOKE %s ON %s %s FROM %s', string_agg(x.privilege_type, ', ' ORDER BY
        x.privilege_type), a.what, a.name, \(grantee)),
      format('GRANT %s ON %s %s TO %s', string_agg(x.privilege_type, ', ' ORDER BY
        x.privilege_type), a.what, a.name, \(grantee)), 'f', ''
    FROM (\(accessLists)) a, LATERAL (
      \(entries(of: "a.usual")) EXCEPT \(entries(of: "a.list"))) x
    WHERE a.list IS NOT NULL AND x.grantee <> a.owner
    GROUP BY a.what, a.name, a.of_table, x.grantee
    """

  static let columnPrivileges = """
    SELECT 'privilege', format('%s on column %s.%I', \(grantee), c.name, t.attname), c.name,
      format('GRANT %s ON TABLE %s TO %s', string_agg(format('%s (%I)', x.privilege_type, t.attname),
        ', ' ORDER BY x.privilege_type), c.name, \(grantee)),
      format('REVOKE %s ON TABLE %s FROM %s', string_agg(format('%s (%I)', x.privilege_type,
        t.attname), ', ' ORDER BY x.privilege_type), c.name, \(grantee)), 'f', ''
    FROM (\(relation)) c JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid,
      LATERAL aclexplode(t.attacl) x
    WHERE t.attacl IS NOT NULL AND NOT t.attisdropped AND x.grantee <> c.relowner
    GROUP BY c.name, t.attname, x.grantee
    """

  static let defaultPrivileges = """
    SELECT 'privilege', format('%s by default on %s of %s%s', \(grantee), k.what, o.rolname,
        ' in ' || n.nspname), NULL,
      format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s GRANT %s ON %s TO %s', o.rolname,
        format(' IN SCHEMA %I', n.nspname), string_agg(x.privilege_type, ', ' ORDER BY
        x.privilege_type), k.what, \(grantee)),
      format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s REVOKE %s ON %s FROM %s', o.rolname,
        format(' IN SCHEMA %I', n.nspname), string_agg(x.privilege_type, ', ' ORDER BY
        x.privilege_type), k.what, \(grantee)), 'f', ''
    FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
      JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
      JOIN (VALUES ('r', 'TABLES'), ('S', 'SEQUENCES'), ('f', 'FUNCTIONS'), ('T', 'TYPES'))
        k (code, what) ON k.code = d.defaclobjtype::text,
      LATERAL aclexplode(d.defaclacl) x
    WHERE x.grantee <> d.defaclrole
    GROUP BY k.what, o.rolname, n.nspname, x.grantee
    """
}
