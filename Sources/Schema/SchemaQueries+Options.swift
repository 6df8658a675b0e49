extension SchemaQueries {
  /// What is said of the sequence behind an identity column; NULL where all of it is usual.
  static let identityOptions = """
    (SELECT format(' (START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s)', s.seqstart,
       s.seqincrement, s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END)
     FROM pg_catalog.pg_depend i JOIN pg_catalog.pg_sequence s ON s.seqrelid = i.objid
     WHERE i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass
       AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum AND i.deptype = 'i'
       AND (s.seqstart, s.seqincrement, s.seqmin, s.seqcache, s.seqcycle, s.seqmax)
         IS DISTINCT FROM (1, 1, 1, 1, false, CASE s.seqtypid WHEN 'int2'::regtype THEN 32767
           WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END))
    """

  /// What is said of tables and their columns apart from CREATE TABLE.
  static let tableOptions = """
    SELECT 'table option', format('%s.%I %s', o.name, o.attname, o.what), o.name,
      format('ALTER TABLE ONLY %s ALTER COLUMN %I SET %s %s', o.name, o.attname, upper(o.what), o.value),
      format('ALTER TABLE ONLY %s ALTER COLUMN %I %s', o.name, o.attname, o.usual), 'f', ''
    FROM (
      SELECT r.name, a.attname, 'statistics' AS what, a.attstattarget::text AS value,
        'SET STATISTICS -1' AS usual
      FROM (\(relation)) r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
      WHERE r.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget >= 0
      UNION ALL
      SELECT r.name, a.attname, 'storage', \(storage("a.attstorage")), 'SET STORAGE ' || \(storage("t.typstorage"))
      FROM (\(relation)) r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      WHERE r.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attstorage <> t.typstorage
      UNION ALL
      SELECT r.name, a.attname, 'compression',
        -- PostgreSQL 13 has no such column.
        CASE to_jsonb(a) ->> 'attcompression' WHEN 'l' THEN 'lz4' ELSE 'pglz' END, 'SET COMPRESSION default'
      FROM (\(relation)) r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
      WHERE r.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped
        AND to_jsonb(a) ->> 'attcompression' IN ('p', 'l')
      UNION ALL
      -- A partition has its parent's columns, but may have other defaults.
      SELECT r.name, a.attname, 'default', pg_get_expr(d.adbin, d.adrelid),
        coalesce('SET DEFAULT ' || pg_get_expr(pd.adbin, pd.adrelid), 'DROP DEFAULT')
      FROM (\(relation)) r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
        JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
        JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid
        JOIN pg_catalog.pg_attribute pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname
        LEFT JOIN pg_catalog.pg_attrdef pd ON pd.adrelid = pa.attrelid AND pd.adnum = pa.attnum
      WHERE r.relispartition AND NOT a.attislocal AND a.attgenerated = '' AND NOT a.attisdropped
        AND pg_get_expr(d.adbin, d.adrelid) IS DISTINCT FROM pg_get_expr(pd.adbin, pd.adrelid)
    ) o
    UNION ALL
    SELECT 'table option', r.name || ' replica identity', r.name,
      format('ALTER TABLE ONLY %s REPLICA IDENTITY %s', r.name,
        CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
          ELSE (SELECT format('USING INDEX %I', x.relname) FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
            WHERE i.indrelid = r.oid AND i.indisreplident) END),
      format('ALTER TABLE ONLY %s REPLICA IDENTITY DEFAULT', r.name), 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_class c ON c.oid = r.oid
    WHERE r.relkind IN ('r', 'p') AND c.relreplident <> 'd' AND (c.relreplident <> 'i' OR EXISTS (
      SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid AND i.indisreplident))
    UNION ALL
    SELECT 'table option', r.name || ' cluster', r.name,
      format('ALTER TABLE %s CLUSTER ON %I', r.name, x.relname),
      format('ALTER TABLE %s SET WITHOUT CLUSTER', r.name), 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid AND i.indisclustered
      JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    """

  private static func storage(_ column: String) -> String {
    """
    CASE \(column) WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
    """
  }
}
