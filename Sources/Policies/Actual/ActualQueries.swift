/// The SQL texts that read what the catalog of `Postgres` leaves out.
enum ActualQueries {
  /// Privileges of roles and of PUBLIC, on tables and views and on their columns; an owner's own
  /// do not count.
  static let grants = """
    SELECT c.oid::text, coalesce(r.rolname, '')::text, a.privilege_type::text, NULL::text,
      c.relkind::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL pg_catalog.aclexplode(
        coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) a
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v')
      AND (a.grantee = 0 OR r.rolname = ANY ($2::text[])) AND a.grantee <> c.relowner
    UNION ALL
    SELECT c.oid::text, coalesce(r.rolname, '')::text, a.privilege_type::text, t.attname::text,
      c.relkind::text
    FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
    WHERE t.attacl IS NOT NULL AND t.attnum > 0 AND NOT t.attisdropped
      AND n.nspname = ANY ($1::text[]) AND c.relkind IN ('r', 'p', 'v')
      AND (a.grantee = 0 OR r.rolname = ANY ($2::text[])) AND a.grantee <> c.relowner
    """

  /// The columns of each index that serves every row.
  static let indexes = """
    SELECT i.indrelid::text,
      (SELECT pg_catalog.array_agg(a.attname ORDER BY k.ord)::text
       FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY k(num, ord)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY ($1::text[]) AND i.indpred IS NULL AND i.indisvalid
    """

  static let schemaUse = """
    SELECT n.nspname::text, r.rolname::text
    FROM pg_catalog.pg_namespace n, pg_catalog.pg_roles r
    WHERE n.nspname = ANY ($1::text[]) AND r.rolname = ANY ($2::text[])
      AND NOT pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
    ORDER BY 1, 2
    """

  /// Sequences of `serial` columns; those of identity columns need no privilege.
  static let sequences = """
    SELECT d.refobjid::text, n.nspname::text, s.relname::text, r.rolname::text
    FROM pg_catalog.pg_class s JOIN pg_catalog.pg_depend d ON d.objid = s.oid
        AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
      JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
      JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
      JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace, pg_catalog.pg_roles r
    WHERE s.relkind = 'S' AND m.nspname = ANY ($1::text[]) AND r.rolname = ANY ($2::text[])
      AND NOT pg_catalog.has_sequence_privilege(r.oid, s.oid, 'USAGE')
    ORDER BY 2, 3, 4
    """

  static let callable = """
    SELECT DISTINCT p.oid::text
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace,
      pg_catalog.pg_roles r
    WHERE p.prosecdef AND n.nspname = ANY ($1::text[]) AND r.rolname = ANY ($2::text[])
      AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
    """
}
