/// The SQL texts that read the catalog.
///
/// Every column is cast to text, so that the same texts serve transports which know only a few
/// types. Lists come as PostgreSQL array texts.
enum CatalogQueries {
  /// No object that came with the server has this OID or a greater one.
  ///
  /// PostgreSQL manual, chapter "System Catalog Declarations and Initial Contents", "OID Assignment". It
  /// came with 3,000 functions, all of which a search for the user's few would read.
  static let firstUserOID = 16384

  /// What counts as the user's own: not the system's, not dbtool's, not an extension's.
  private static let userSchema = """
    n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'dbtool')
    AND n.nspname NOT LIKE 'pg\\_temp\\_%' AND n.nspname NOT LIKE 'pg\\_toast\\_temp\\_%'
    """
  private static let notOfExtension = """
    NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
      AND d.objid = c.oid AND d.deptype = 'e')
    """

  static let relations = """
    SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text,
      pg_catalog.pg_get_userbyid(c.relowner)::text, c.relrowsecurity::text,
      c.relforcerowsecurity::text, c.relispartition::text,
      (SELECT pg_catalog.array_agg(i.inhparent ORDER BY i.inhseqno)::text FROM pg_catalog.pg_inherits i
       WHERE i.inhrelid = c.oid),
      c.reloptions::text,
      CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END,
      (EXISTS (SELECT 1 FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal)
       OR EXISTS (SELECT 1 FROM pg_catalog.pg_rewrite w WHERE w.ev_class = c.oid
         AND w.rulename <> '_RETURN'))::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND \(userSchema) AND \(notOfExtension)
    ORDER BY n.nspname, c.relname
    """

  static let columns = """
    WITH RECURSIVE base (oid, root, typmod, refuses_null) AS (
      SELECT t.oid, t.oid, -1, false FROM pg_catalog.pg_type t WHERE t.typtype <> 'd'
      UNION ALL
      SELECT t.oid, b.root, CASE WHEN t.typtypmod >= 0 THEN t.typtypmod ELSE b.typmod END,
        b.refuses_null OR t.typnotnull
      FROM pg_catalog.pg_type t JOIN base b ON t.typbasetype = b.oid WHERE t.typtype = 'd')
    SELECT a.attrelid::text, a.attnum::text, a.attname::text,
      pg_catalog.format_type(a.atttypid, a.atttypmod), bt.typname::text,
      pg_catalog.format_type(b.root, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE b.typmod END),
      bt.typtype::text, CASE WHEN t.typtype = 'd' THEN t.oid::text END,
      (SELECT pg_catalog.array_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_catalog.pg_enum e
       WHERE e.enumtypid = CASE WHEN bt.typcategory = 'A' THEN bt.typelem ELSE b.root END),
      COALESCE(et.typname, rt.typname)::text, (bt.typcategory = 'A')::text,
      (CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE b.typmod END)::text,
      (a.attnotnull OR b.refuses_null)::text, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
      a.attidentity::text, a.attgenerated::text
    FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      JOIN base b ON b.oid = t.oid JOIN pg_catalog.pg_type bt ON bt.oid = b.root
      LEFT JOIN pg_catalog.pg_type et ON et.oid = bt.typelem AND bt.typcategory = 'A'
      LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = b.root OR r.rngmultitypid = b.root
      LEFT JOIN pg_catalog.pg_type rt ON rt.oid = r.rngsubtype
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND \(userSchema) AND \(notOfExtension)
    ORDER BY a.attrelid, a.attnum
    """

  private static func columnNames(_ relation: String, _ numbers: String) -> String {
    """
    (SELECT pg_catalog.array_agg(a.attname ORDER BY k.ord)::text
     FROM pg_catalog.unnest(\(numbers)) WITH ORDINALITY k(num, ord)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = \(relation) AND a.attnum = k.num)
    """
  }

  /// What is true of the rows that an index of a key holds against each other: that no part of it
  /// is NULL, and its predicate.
  private static func keyCondition(_ index: String) -> String {
    """
    (SELECT pg_catalog.string_agg(
        pg_catalog.format('(%s) IS NOT NULL', pg_catalog.pg_get_indexdef(x.indexrelid, k, false)),
        ' AND ')
      || coalesce(' AND (' || pg_catalog.pg_get_expr(x.indpred, x.indrelid) || ')', '')
     FROM pg_catalog.pg_index x, pg_catalog.generate_series(1, x.indnkeyatts) k
     WHERE x.indexrelid = \(index) AND (x.indisunique OR x.indisexclusion)
     GROUP BY x.indpred, x.indrelid)
    """
  }

  static let constraints = """
    WITH RECURSIVE chain (domain, ancestor) AS (
      SELECT t.oid, t.typbasetype FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
      UNION ALL
      SELECT k.domain, t.typbasetype FROM chain k JOIN pg_catalog.pg_type t ON t.oid = k.ancestor
      WHERE t.typtype = 'd')
    SELECT o.conname::text, o.contype::text, o.conrelid::text, o.contypid::text,
      \(columnNames("o.conrelid", "o.conkey")), o.confrelid::text,
      \(columnNames("o.confrelid", "o.confkey")), o.confdeltype::text, o.condeferrable::text,
      coalesce(pg_catalog.pg_get_expr(o.conbin, o.conrelid), \(keyCondition("o.conindid"))),
      pg_catalog.pg_get_constraintdef(o.oid)
    FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_namespace n ON n.oid = o.connamespace
    WHERE o.contype IN ('c', 'f', 'p', 'u', 'x') AND \(userSchema)
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint whole
        WHERE whole.oid = o.conparentid AND whole.conrelid = o.conrelid)
    UNION ALL
    SELECT o.conname::text, 'c', '0', k.domain::text, NULL, '0', NULL, 'a', 'false',
      pg_catalog.pg_get_expr(o.conbin, 0), pg_catalog.pg_get_constraintdef(o.oid)
    FROM chain k JOIN pg_catalog.pg_constraint o ON o.contypid = k.ancestor AND o.contype = 'c'
    UNION ALL
    SELECT ic.relname::text, 'u', i.indrelid::text, '0',
      \(columnNames("i.indrelid", "i.indkey::int2[]")), '0', NULL, 'a', 'false',
      \(keyCondition("i.indexrelid")), pg_catalog.pg_get_indexdef(i.indexrelid)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = ic.relnamespace
    WHERE i.indisunique AND \(userSchema) AND NOT EXISTS (
      SELECT 1 FROM pg_catalog.pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u'))
    """

  static let policies = """
    SELECT p.polname::text, p.polrelid::text,
      CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
        WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
      p.polpermissive::text,
      (SELECT pg_catalog.array_agg(r.rolname)::text FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)),
      pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE \(userSchema)
    ORDER BY p.polrelid, p.polname
    """

  /// Functions and procedures; aggregates and trigger functions cannot be called by themselves.
  static let routines = """
    SELECT p.oid::text, n.nspname::text, p.proname::text,
      (SELECT pg_catalog.array_agg(pg_catalog.format_type(a.type, NULL) ORDER BY a.ord)::text
       FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY a(type, ord)),
      p.prosecdef::text, p.provolatile::text, pg_catalog.pg_get_userbyid(p.proowner)::text,
      CASE WHEN p.prosrc = '' THEN pg_catalog.pg_get_functiondef(p.oid) ELSE p.prosrc END,
      (SELECT pg_catalog.array_agg(DISTINCT l.polrelid)::text FROM pg_catalog.pg_depend d
       JOIN pg_catalog.pg_policy l ON l.oid = d.objid
       WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass
         AND d.refobjid = p.oid), p.proconfig::text,
      p.prokind::text, (p.provariadic <> 0)::text, p.pronargdefaults::text,
      p.proargnames::text, p.proargmodes::text, pg_catalog.pg_get_function_result(p.oid)
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.oid >= \(firstUserOID) AND p.prokind IN ('f', 'p')
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND \(userSchema) AND NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
          AND d.objid = p.oid AND d.deptype = 'e')
    ORDER BY n.nspname, p.proname, p.oid
    """

  static let executableRoutines = """
    SELECT p.oid::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.oid >= \(firstUserOID) AND p.prosecdef
      AND pg_catalog.has_function_privilege($1, p.oid, 'EXECUTE')
      AND pg_catalog.has_schema_privilege($1, n.oid, 'USAGE') AND \(userSchema)
    """

  static let role = """
    SELECT r.rolname::text, r.rolsuper::text, r.rolbypassrls::text, r.rolcreaterole::text,
      (SELECT pg_catalog.array_agg(m.rolname ORDER BY m.rolname)::text FROM pg_catalog.pg_roles m
       WHERE pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')),
      (SELECT pg_catalog.array_agg(m.rolname ORDER BY m.rolname)::text FROM pg_catalog.pg_roles m
       WHERE m.oid <> r.oid AND (m.rolsuper OR m.rolbypassrls)
         AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')),
      (SELECT pg_catalog.array_agg(n.nspname ORDER BY n.nspname)::text FROM pg_catalog.pg_namespace n
       WHERE n.nspname NOT LIKE 'pg\\_%' AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')),
      (SELECT pg_catalog.array_agg(s.setting)::text
       FROM pg_catalog.pg_db_role_setting d, pg_catalog.unnest(d.setconfig) s(setting)
       WHERE d.setrole IN (0, r.oid) AND d.setdatabase IN (0, (
         SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()))),
      (SELECT pg_catalog.array_agg(m.rolname ORDER BY m.rolname)::text FROM pg_catalog.pg_roles m
       WHERE pg_catalog.pg_has_role(r.oid, m.oid, 'USAGE')),
      pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE')
    FROM pg_catalog.pg_roles r WHERE r.rolname = $1
    """

  static let privileges = """
    SELECT c.oid::text,
      (SELECT pg_catalog.array_agg(a.attname)::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid
        AND a.attnum > 0 AND NOT a.attisdropped
        AND pg_catalog.has_column_privilege($1, c.oid, a.attnum, 'SELECT')),
      (SELECT pg_catalog.array_agg(a.attname)::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid
        AND a.attnum > 0 AND NOT a.attisdropped
        AND pg_catalog.has_column_privilege($1, c.oid, a.attnum, 'INSERT')),
      (SELECT pg_catalog.array_agg(a.attname)::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid
        AND a.attnum > 0 AND NOT a.attisdropped
        AND pg_catalog.has_column_privilege($1, c.oid, a.attnum, 'UPDATE')),
      pg_catalog.has_table_privilege($1, c.oid, 'DELETE')::text,
      pg_catalog.has_schema_privilege($1, n.oid, 'USAGE')::text,
      pg_catalog.has_table_privilege($1, c.oid, 'TRUNCATE')::text,
      pg_catalog.has_any_column_privilege($1, c.oid, 'REFERENCES')::text,
      pg_catalog.has_table_privilege($1, c.oid, 'TRIGGER')::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND \(userSchema) AND \(notOfExtension)
    """
}
