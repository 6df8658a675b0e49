extension SchemaQueries {
  /// What none of the other queries reads, by its name: it is told of, so that nobody takes a dump
  /// for more than it is.
  static let others = """
    SELECT 'other', n.name, NULL, '-- not written: ' || n.name, '-- not written: ' || n.name, 'f', ''
    FROM (
      SELECT n.nspname, 'pg_proc'::regclass AS catalog, p.oid, 'aggregate ' || p.oid::regprocedure AS name
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prokind = 'a'
      UNION ALL
      SELECT n.nspname, 'pg_type'::regclass, t.oid,
        CASE t.typtype WHEN 'r' THEN 'range type ' ELSE 'base type ' END || format_type(t.oid, NULL)
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype = 'r' OR t.typtype = 'b' AND t.typcategory <> 'A'
      UNION ALL
      SELECT n.nspname, 'pg_class'::regclass, c.oid, 'foreign table ' || c.oid::regclass
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'f'
      \(named("pg_operator", "oprnamespace")) \(named("pg_opclass", "opcnamespace"))
      \(named("pg_collation", "collnamespace")) \(named("pg_conversion", "connamespace"))
      \(named("pg_ts_config", "cfgnamespace")) \(named("pg_ts_dict", "dictnamespace"))
      \(named("pg_ts_parser", "prsnamespace")) \(named("pg_ts_template", "tmplnamespace"))
      \(named("pg_statistic_ext", "stxnamespace"))
      \(unnamed("pg_cast")) \(unnamed("pg_event_trigger")) \(unnamed("pg_publication"))
      \(unnamed("pg_foreign_data_wrapper")) \(unnamed("pg_foreign_server"))
      \(unnamed("pg_language")) \(unnamed("pg_transform")) \(unnamed("pg_am"))
    ) n
    WHERE (n.nspname IS NULL OR \(hidden))
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = n.catalog
        AND d.objid = n.oid AND d.deptype IN ('e', 'i'))
    ORDER BY n.name
    """

  private static func named(_ catalog: String, _ namespace: String) -> String {
    """
    UNION ALL
    SELECT n.nspname, '\(catalog)'::regclass, x.oid, pg_describe_object('\(catalog)'::regclass, x.oid, 0)
    FROM pg_catalog.\(catalog) x JOIN pg_catalog.pg_namespace n ON n.oid = x.\(namespace)
    """
  }

  /// Of objects outside of schemas only those that the server did not come with.
  private static func unnamed(_ catalog: String) -> String {
    """
    UNION ALL
    SELECT NULL, '\(catalog)'::regclass, x.oid, pg_describe_object('\(catalog)'::regclass, x.oid, 0)
    FROM pg_catalog.\(catalog) x WHERE x.oid >= 16384
    """
  }
}
