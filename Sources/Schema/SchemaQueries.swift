/// The queries that read a schema, each with the columns of `SchemaObject` in order: kind, name,
/// table, definition, removal, inline, address; tables have a `tail` as well.
///
/// Definitions are the server's own where it has a function for them (PostgreSQL manual, section
/// 9.26.2 "System Catalog Information Functions"). Members of extensions and the schema of dbtool's
/// ledger are left out.
enum SchemaQueries {
  static let all = [
    roles, memberships, schemas, extensions, enums, domains, composites, sequences, functions,
    tables, columns, constraints, views, indexes, tableOptions, sequenceOwners, triggers, rules,
    rowSecurity,
    policies, owners, privileges, revocations, columnPrivileges, defaultPrivileges, comments,
    others,
  ]

  /// Schemas that belong to the server or to dbtool.
  static let hidden = """
    n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'dbtool')
    AND n.nspname !~ '^pg_(temp|toast_temp)_'
    """

  static func isOwn(_ catalog: String, _ oid: String) -> String {
    """
    NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = '\(catalog)'::regclass
      AND d.objid = \(oid) AND d.deptype = 'e')
    """
  }

  /// Every relation that is shown, and its name.
  static let relation = """
    SELECT c.oid, c.relkind, c.relispartition, c.relowner, c.relacl, c.relrowsecurity,
      c.relforcerowsecurity, c.reloptions, c.relpersistence, c.relpartbound, c.reloftype,
      format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE \(hidden) AND \(isOwn("pg_class", "c.oid")) AND c.relpersistence <> 't'
    """

  /// Roles that something in this database names.
  ///
  /// Their passwords and logins are the server's.
  private static let roles = """
    SELECT 'role', format('%I', r.rolname), NULL,
      format('CREATE ROLE %I%s%s%s%s', r.rolname,
        CASE WHEN r.rolsuper THEN ' SUPERUSER' END, CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' END,
        CASE WHEN r.rolcreaterole THEN ' CREATEROLE' END,
        CASE WHEN NOT r.rolinherit THEN ' NOINHERIT' END),
      '', 'f', 'pg_authid ' || r.oid
    FROM pg_catalog.pg_roles r WHERE \(namedRole("r"))
    """

  private static let memberships = """
    SELECT 'membership', format('%I in %I', m.rolname, r.rolname), NULL,
      format('GRANT %I TO %I', r.rolname, m.rolname),
      format('REVOKE %I FROM %I', r.rolname, m.rolname), 'f', ''
    FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member
    WHERE \(namedRole("r")) AND \(namedRole("m"))
    """

  private static func namedRole(_ alias: String) -> String {
    """
    \(alias).rolname !~ '^pg_' AND \(alias).rolname <> current_user AND \(alias).oid <> 10 AND EXISTS (
      SELECT FROM pg_catalog.pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass
        AND s.refobjid = \(alias).oid
        AND s.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
    """
  }

  private static let schemas = """
    SELECT 'schema', format('%I', n.nspname), NULL, format('CREATE SCHEMA %I', n.nspname),
      format('DROP SCHEMA %I', n.nspname), 'f', 'pg_namespace ' || n.oid
    FROM pg_catalog.pg_namespace n
    WHERE \(hidden) AND n.nspname <> 'public' AND \(isOwn("pg_namespace", "n.oid"))
    """

  private static let extensions = """
    SELECT 'extension', format('%I', e.extname), NULL,
      format('CREATE EXTENSION %I SCHEMA %I', e.extname, n.nspname),
      format('DROP EXTENSION %I', e.extname), 'f', 'pg_extension ' || e.oid
    FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname <> 'plpgsql'
    """

  private static let enums = """
    SELECT 'type', format('%I.%I', n.nspname, t.typname), NULL,
      format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
        (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
         FROM pg_catalog.pg_enum WHERE enumtypid = t.oid)),
      format('DROP TYPE %I.%I', n.nspname, t.typname), 'f', 'pg_type ' || t.oid
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND \(hidden) AND \(isOwn("pg_type", "t.oid"))
    """

  private static let domains = """
    SELECT 'type', format('%I.%I', n.nspname, t.typname), NULL,
      format('CREATE DOMAIN %I.%I AS %s%s%s%s', n.nspname, t.typname,
        format_type(t.typbasetype, t.typtypmod),
        CASE WHEN t.typnotnull THEN ' NOT NULL' END, ' DEFAULT ' || t.typdefault,
        (SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), ''
           ORDER BY conname) FROM pg_catalog.pg_constraint WHERE contypid = t.oid)),
      format('DROP DOMAIN %I.%I', n.nspname, t.typname), 'f', 'pg_type ' || t.oid
    FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'd' AND \(hidden) AND \(isOwn("pg_type", "t.oid"))
    """

  private static let composites = """
    SELECT 'type', r.name, NULL,
      format('CREATE TYPE %s AS (%s)', r.name,
        (SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', '
           ORDER BY attnum)
         FROM pg_catalog.pg_attribute WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped)),
      'DROP TYPE ' || r.name, 'f', 'pg_class ' || r.oid
    FROM (\(relation)) r WHERE r.relkind = 'c'
    """

  private static let sequences = """
    SELECT 'sequence', r.name, NULL,
      format('CREATE SEQUENCE %s AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s%s',
        r.name, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
        concat(CASE WHEN s.seqcycle THEN ' CYCLE' END,
          CASE WHEN s.seqcache <> 1 THEN ' CACHE ' || s.seqcache END)),
      'DROP SEQUENCE ' || r.name, 'f', 'pg_class ' || r.oid
    FROM (\(relation)) r JOIN pg_catalog.pg_sequence s ON s.seqrelid = r.oid
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass
      AND d.objid = r.oid AND d.deptype = 'i')
    """

  private static let sequenceOwners = """
    SELECT 'owner of sequence', r.name, NULL,
      format('ALTER SEQUENCE %s OWNED BY %s.%I', r.name, t.name, a.attname),
      format('ALTER SEQUENCE %s OWNED BY NONE', r.name), 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_depend d ON d.classid = 'pg_class'::regclass
        AND d.objid = r.oid AND d.deptype = 'a' AND d.refobjsubid > 0
      JOIN (\(relation)) t ON t.oid = d.refobjid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE r.relkind = 'S'
    """

  private static let functions = """
    SELECT 'function',
      format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), NULL,
      rtrim(pg_get_functiondef(p.oid), E'\\n'),
      format('DROP %s %I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END,
        n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), 'f', 'pg_proc ' || p.oid
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind IN ('f', 'p', 'w') AND \(hidden) AND \(isOwn("pg_proc", "p.oid"))
    """

  /// What stands before and, as `tail`, behind the columns.
  private static let tables = """
    SELECT 'table', r.name, NULL,
      format('CREATE %sTABLE %s%s', CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, r.name,
        CASE WHEN r.relispartition THEN format(' PARTITION OF %s',
          (SELECT string_agg(p.name, ', ') FROM pg_catalog.pg_inherits i
             JOIN (\(relation)) p ON p.oid = i.inhparent WHERE i.inhrelid = r.oid)) END),
      'DROP TABLE ' || r.name, 'f', 'pg_class ' || r.oid,
      concat(
        CASE WHEN r.relispartition THEN ' ' || pg_get_expr(r.relpartbound, r.oid) ELSE
          (SELECT format(' INHERITS (%s)', string_agg(p.name, ', ' ORDER BY i.inhseqno))
           FROM pg_catalog.pg_inherits i JOIN (\(relation)) p ON p.oid = i.inhparent
           WHERE i.inhrelid = r.oid HAVING count(*) > 0) END,
        CASE WHEN r.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(r.oid) END,
        ' WITH (' || array_to_string(r.reloptions, ', ') || ')') AS tail
    FROM (\(relation)) r WHERE r.relkind IN ('r', 'p')
    """

  private static let columns = """
    SELECT 'column', format('%s.%I', r.name, a.attname), r.name,
      format('%I %s%s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
        (SELECT format(' COLLATE %I.%I', cn.nspname, co.collname) FROM pg_catalog.pg_collation co
           JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
           JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
         WHERE co.oid = a.attcollation AND co.oid <> ty.typcollation),
        CASE WHEN a.attgenerated = 's' THEN
          format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
        ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END,
        CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
          WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' END || coalesce(\(identityOptions), ''),
        CASE WHEN a.attnotnull THEN ' NOT NULL' END),
      format('ALTER TABLE %s DROP COLUMN %I', r.name, a.attname), 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
    WHERE r.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attislocal
    ORDER BY r.name, a.attnum
    """

  private static let constraints = """
    SELECT CASE WHEN k.contype = 'f' THEN 'foreign key' ELSE 'constraint' END,
      format('%s.%I', r.name, k.conname), r.name,
      format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)),
      format('ALTER TABLE %s DROP CONSTRAINT %I', r.name, k.conname), k.contype <> 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND k.conislocal AND k.conparentid = 0
    ORDER BY r.name, array_position(ARRAY['p', 'u', 'x', 'c', 'f'], k.contype::text), k.conname
    """

  private static let views = """
    SELECT 'view', r.name, NULL,
      format(E'CREATE %s %s%s AS\\n%s', CASE r.relkind WHEN 'm' THEN 'MATERIALIZED VIEW'
          ELSE 'OR REPLACE VIEW' END, r.name,
        ' WITH (' || array_to_string(r.reloptions, ', ') || ')',
        rtrim(pg_get_viewdef(r.oid), ';')),
      format('DROP %s %s', CASE r.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, r.name),
      'f', 'pg_class ' || r.oid
    FROM (\(relation)) r WHERE r.relkind IN ('v', 'm')
    """

  private static let indexes = """
    SELECT 'index', r.name, t.name,
      -- On a partitioned table it says ONLY, with which the partitions would get none.
      CASE r.relkind WHEN 'I' THEN regexp_replace(pg_get_indexdef(r.oid), ' ON ONLY ', ' ON ')
        ELSE pg_get_indexdef(r.oid) END, 'DROP INDEX ' || r.name, 'f',
      'pg_class ' || r.oid
    FROM (\(relation)) r JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
      JOIN (\(relation)) t ON t.oid = i.indrelid
    WHERE NOT r.relispartition AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = r.oid AND k.contype IN ('p', 'u', 'x'))
    """

  private static let triggers = """
    SELECT 'trigger', format('%I on %s', g.tgname, r.name), r.name,
      pg_get_triggerdef(g.oid) || CASE g.tgenabled WHEN 'D' THEN
        format(E';\\nALTER TABLE %s DISABLE TRIGGER %I', r.name, g.tgname)
        WHEN 'A' THEN format(E';\\nALTER TABLE %s ENABLE ALWAYS TRIGGER %I', r.name, g.tgname)
        ELSE '' END,
      format('DROP TRIGGER %I ON %s', g.tgname, r.name), 'f', 'pg_trigger ' || g.oid
    FROM (\(relation)) r JOIN pg_catalog.pg_trigger g ON g.tgrelid = r.oid
    WHERE NOT g.tgisinternal AND g.tgparentid = 0
    """

  private static let rules = """
    SELECT 'rule', format('%I on %s', w.rulename, r.name), r.name,
      rtrim(pg_get_ruledef(w.oid), ';'), format('DROP RULE %I ON %s', w.rulename, r.name), 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
    WHERE w.rulename <> '_RETURN'
    """

  private static let rowSecurity = """
    SELECT 'row security', r.name, r.name, v.enable, v.disable, 'f', ''
    FROM (\(relation)) r, LATERAL (VALUES
      (r.relrowsecurity, format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY%s', r.name,
         CASE WHEN r.relforcerowsecurity THEN ', FORCE ROW LEVEL SECURITY' END),
       format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', r.name)),
      (r.relforcerowsecurity AND NOT r.relrowsecurity,
       format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', r.name),
       format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', r.name))) v (is_on, enable, disable)
    WHERE v.is_on
    """

  private static let policies = """
    SELECT 'policy', format('%I on %s', p.polname, r.name), r.name,
      format('CREATE POLICY %I ON %s%s FOR %s TO %s%s%s', p.polname, r.name,
        CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
          WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        (SELECT string_agg(CASE WHEN o = 0 THEN 'PUBLIC' ELSE o::regrole::text END, ', ' ORDER BY
           o::regrole::text) FROM unnest(p.polroles) o),
        E'\\n  USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        E'\\n  WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
      format('DROP POLICY %I ON %s', p.polname, r.name), 'f', ''
    FROM (\(relation)) r JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
    """

  private static let comments = """
    SELECT 'comment', i.type || ' ' || i.identity, NULL,
      format('COMMENT ON %s %s IS %L', upper(k.word), i.identity, d.description),
      format('COMMENT ON %s %s IS NULL', upper(k.word), i.identity), 'f', ''
    FROM pg_catalog.pg_description d,
      LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
      LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = i.schema,
      LATERAL (SELECT CASE i.type WHEN 'table column' THEN 'column' WHEN 'view column' THEN 'column'
        WHEN 'table constraint' THEN 'constraint' ELSE i.type END) k (word)
    WHERE d.objoid >= 16384 AND (n.nspname IS NULL OR \(hidden))
      AND i.type IN ('table', 'table column', 'view', 'view column', 'materialized view', 'schema',
        'type', 'function', 'procedure', 'index', 'sequence', 'policy', 'trigger', 'table constraint',
        'extension')
      AND (n.nspname IS NOT NULL OR i.type IN ('policy', 'trigger', 'table constraint',
          'extension') OR i.type = 'schema' AND i.name <> 'dbtool')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classoid
        AND e.objid = d.objoid AND e.deptype = 'e')
    """

  /// Which object needs which, as `class oid` pairs; the parts of a table count for the table.
  static let dependencies = """
    SELECT DISTINCT
      CASE WHEN w.ev_class IS NOT NULL THEN 'pg_class ' || w.ev_class
        WHEN a.adrelid IS NOT NULL THEN 'pg_class ' || a.adrelid
        WHEN k.conrelid > 0 THEN 'pg_class ' || k.conrelid
        WHEN k.contypid > 0 THEN 'pg_type ' || k.contypid
        ELSE d.classid::regclass || ' ' || d.objid END,
      CASE WHEN t.typrelid > 0 THEN 'pg_class ' || t.typrelid
        WHEN e.oid IS NOT NULL THEN 'pg_type ' || e.oid
        ELSE d.refclassid::regclass || ' ' || d.refobjid END
    FROM pg_catalog.pg_depend d
      LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
      LEFT JOIN pg_catalog.pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
      LEFT JOIN pg_catalog.pg_constraint k
        ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
      LEFT JOIN pg_catalog.pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
      LEFT JOIN pg_catalog.pg_type e ON e.typarray = t.oid
    WHERE d.deptype IN ('n', 'a', 'P', 'S') AND d.refobjid >= 16384
      AND (k.contype IS NULL OR k.contype <> 'f')
      -- A sequence that a column owns needs nothing: its column's default needs the sequence.
      AND NOT (d.deptype = 'a' AND d.refobjsubid > 0 AND d.classid = 'pg_class'::regclass)
    UNION ALL
    SELECT 'pg_class ' || inhrelid, 'pg_class ' || inhparent FROM pg_catalog.pg_inherits
    """
}
