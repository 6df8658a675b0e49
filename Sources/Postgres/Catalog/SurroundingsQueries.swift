/// The SQL texts that read what lies around the tables; `$1` is the list of roles.
enum SurroundingsQueries {
  private static let userSchema = """
    n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'dbtool')
    AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
    """

  private static func notOfExtension(_ catalog: String, _ oid: String) -> String {
    """
    NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.\(catalog)'::regclass AND d.objid = \(oid) AND d.deptype = 'e')
    """
  }

  static let schemas = """
    SELECT n.nspname::text, pg_catalog.pg_get_userbyid(n.nspowner)::text
    FROM pg_catalog.pg_namespace n WHERE \(userSchema) AND $1::text[] IS NOT NULL
    """

  static let database = """
    SELECT pg_catalog.pg_get_userbyid(d.datdba)::text,
      pg_catalog.current_setting('lo_compat_privileges')
    FROM pg_catalog.pg_database d
    WHERE d.datname = pg_catalog.current_database() AND $1::text[] IS NOT NULL
    """

  static let roles = """
    SELECT r.rolname::text, r.rolreplication::text,
      pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'TEMP')::text,
      (SELECT pg_catalog.array_agg(s.srvname ORDER BY s.srvname)::text
       FROM pg_catalog.pg_foreign_server s
       WHERE pg_catalog.has_server_privilege(r.oid, s.oid, 'USAGE') AND EXISTS (
         SELECT 1 FROM pg_catalog.pg_user_mappings u
         WHERE u.srvid = s.oid AND u.umuser IN (0, r.oid))),
      (SELECT pg_catalog.array_agg(DISTINCT n.nspname || '.' || p.proname)::text
       FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
       WHERE p.proname = 'dblink_connect_u'
         AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
         AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')),
      l.count::text, l.first::text
    FROM pg_catalog.pg_roles r CROSS JOIN LATERAL (
      SELECT pg_catalog.count(*) AS count, pg_catalog.min(m.oid) AS first
      FROM pg_catalog.pg_largeobject_metadata m
      WHERE pg_catalog.pg_has_role(r.oid, m.lomowner, 'USAGE') OR EXISTS (
        SELECT 1 FROM pg_catalog.aclexplode(m.lomacl) a WHERE a.privilege_type = 'SELECT'
          AND (a.grantee = 0 OR pg_catalog.pg_has_role(r.oid, a.grantee, 'USAGE')))) l
    WHERE r.rolname = ANY ($1::text[])
    """

  static let sequences = """
    SELECT n.nspname::text, c.relname::text,
      (SELECT pg_catalog.array_agg(DISTINCT u.relation)::text FROM (
         SELECT d.refobjid FROM pg_catalog.pg_depend d
         WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
           AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
         UNION ALL
         SELECT a.adrelid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_attrdef a ON a.oid = d.objid
         WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass
           AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid) u(relation)),
      (SELECT pg_catalog.array_agg(r.rolname)::text FROM pg_catalog.pg_roles r
       WHERE r.rolname = ANY ($1::text[]) AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
         AND pg_catalog.has_sequence_privilege(r.oid, c.oid, 'SELECT')),
      (SELECT pg_catalog.array_agg(r.rolname)::text FROM pg_catalog.pg_roles r
       WHERE r.rolname = ANY ($1::text[]) AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
         AND pg_catalog.has_sequence_privilege(r.oid, c.oid, 'UPDATE'))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND \(userSchema) AND \(notOfExtension("pg_class", "c.oid"))
    ORDER BY n.nspname, c.relname
    """

  static let defaultPrivileges = """
    SELECT pg_catalog.pg_get_userbyid(f.defaclrole)::text, n.nspname::text, g.rolname::text,
      pg_catalog.array_agg(a.privilege_type ORDER BY a.privilege_type)::text
    FROM pg_catalog.pg_default_acl f
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.defaclnamespace
      CROSS JOIN LATERAL pg_catalog.aclexplode(f.defaclacl) a
      LEFT JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
    WHERE f.defaclobjtype = 'r' AND a.grantee <> f.defaclrole AND $1::text[] IS NOT NULL
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """

  static let triggers = """
    SELECT t.tgrelid::text, t.tgname::text, n.nspname || '.' || p.proname, p.prosrc,
      p.prosecdef::text, (t.tgtype & 4 <> 0)::text, (t.tgtype & 16 <> 0)::text,
      (t.tgtype & 8 <> 0)::text
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND $1::text[] IS NOT NULL
    ORDER BY t.tgrelid, t.tgname
    """

  static let routines = routines(
    "p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)")

  static let triggerRoutines = routines("p.prorettype = 'trigger'::regtype")

  /// Before version 14 there is no `prosqlbody`, so it is asked for by name.
  private static func routines(_ condition: String) -> String {
    """
    SELECT p.oid::text, n.nspname::text, p.proname::text, (p.prokind = 'p')::text,
      (SELECT pg_catalog.array_agg(pg_catalog.format_type(a.type, NULL) ORDER BY a.ord)::text
       FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY a(type, ord)),
      l.lanname::text, p.prosrc, pg_catalog.pg_get_functiondef(p.oid),
      (pg_catalog.to_jsonb(p) ->> 'prosqlbody' IS NOT NULL)::text, p.proleakproof::text, p.prosecdef::text,
      (p.provolatile = 'v')::text, pg_catalog.pg_get_userbyid(p.proowner)::text,
      p.proconfig::text,
      (SELECT pg_catalog.array_agg(DISTINCT y.polrelid)::text FROM pg_catalog.pg_depend d
       JOIN pg_catalog.pg_policy y ON y.oid = d.objid
       WHERE d.classid = 'pg_catalog.pg_policy'::regclass
         AND d.refclassid = 'pg_catalog.pg_proc'::regclass AND d.refobjid = p.oid),
      (SELECT pg_catalog.array_agg(r.rolname)::text FROM pg_catalog.pg_roles r
       WHERE r.rolname = ANY ($1::text[]) AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
         AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE'))
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.oid >= \(CatalogQueries.firstUserOID) AND p.prokind IN ('f', 'p')
      AND \(condition)
      AND \(userSchema) AND \(notOfExtension("pg_proc", "p.oid"))
    ORDER BY n.nspname, p.proname, p.oid
    """
  }
}
