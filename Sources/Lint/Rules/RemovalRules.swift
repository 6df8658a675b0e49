/// Rules about what the running application, or the rows, would lose.
enum RemovalRules: LintFamily {
  static let rules = [
    table, column, view, constraint, database, truncation, cascade, nullable, renaming, enumValue,
  ]

  static let table = LintRule(
    "drop-table", .error, "dropping a table loses its rows and breaks what still uses it",
    why: """
      The application of before the deploy runs while the migration does, and often a while after. \
      Stop using the table first, keep a copy of its rows, and say in the migration why it may go.
      """,
    insteadOf: "DROP TABLE public.visits;",
    use: """
      -- dbtool: allow=drop-table reason=unused since release 41, dumped to the archive
      DROP TABLE public.visits;
      """,
    source: Reference.command("DROP TABLE"), alsoKnownAs: ["squawk ban-drop-table"])

  static let column = LintRule(
    "drop-column", .error, "dropping a column loses its values and breaks what still uses it",
    why: """
      The application of before the deploy still names the column in its queries. Release one that \
      does not, then drop it, and say in the migration since when it is unused.
      """,
    insteadOf: "ALTER TABLE public.rooms DROP COLUMN floor;",
    use: """
      -- dbtool: allow=drop-column reason=no release since 41 reads or writes it
      ALTER TABLE public.rooms DROP COLUMN floor;
      """,
    source: Reference.alterTable,
    alsoKnownAs: ["squawk ban-drop-column", "strong_migrations: removing a column"])

  static let view = LintRule(
    "drop-view", .warning, "dropping a view breaks the queries that use it",
    why: """
      The application and the reports of before the deploy still read it. CREATE OR REPLACE VIEW \
      changes a view while everybody reads; one that nobody uses any more can go, with the reason.
      """,
    insteadOf: "DROP VIEW public.room_names;",
    use: """
      CREATE OR REPLACE VIEW public.room_names WITH (security_invoker = true) AS
        SELECT tenant_id, number, floor FROM public.rooms;
      """,
    source: Reference.createView, alsoKnownAs: ["squawk ban-drop-view"])

  static let constraint = LintRule(
    "drop-constraint", .warning,
    "without the constraint, rows may come that the application is not "
      + "made for",
    why: """
      What relied on it, such as code that never checks or ON CONFLICT on a unique key, meets rows \
      that could not be before, and to add it again they must be cleaned up. One that the same file \
      replaces, and a CHECK that a NOT NULL made needless, are no finding.
      """,
    insteadOf: "ALTER TABLE public.rooms DROP CONSTRAINT rooms_tenant_id_fkey;",
    use: """
      ALTER TABLE public.rooms DROP CONSTRAINT rooms_tenant_id_fkey;
      ALTER TABLE public.rooms ADD CONSTRAINT rooms_tenant_fkey
        FOREIGN KEY (tenant_id) REFERENCES public.tenants (id) ON DELETE RESTRICT NOT VALID;
      """,
    source: Reference.alterTable, alsoKnownAs: ["squawk ban-drop-constraint"])

  static let database = LintRule(
    "drop-database", .error, "dropping a database or a schema loses everything in it",
    why: "There is no way back but a backup, and a migration runs on every database.",
    insteadOf: "DROP SCHEMA legacy;",
    use: """
      -- dbtool: allow=drop-database reason=the schema has been empty since release 41
      DROP SCHEMA legacy;
      """,
    source: Reference.command("DROP SCHEMA"), alsoKnownAs: ["squawk ban-drop-database"])

  static let truncation = LintRule(
    "truncate", .error, "TRUNCATE loses the rows of all tenants, with CASCADE of other tables too",
    why: """
      TRUNCATE is not subject to row-level security, takes an ACCESS EXCLUSIVE lock, and CASCADE \
      empties every table that refers to this one, and those that refer to them.
      """,
    insteadOf: "TRUNCATE public.rooms CASCADE;",
    use: """
      -- dbtool: allow=truncate reason=a cache, which the application fills again
      TRUNCATE public.visits;
      """,
    source: Reference.command("TRUNCATE"), alsoKnownAs: ["squawk ban-truncate-cascade"])

  static let cascade = LintRule(
    "drop-cascade", .warning, "DROP … CASCADE drops what the migration does not name",
    why: """
      Views, foreign keys and policies that depend on the object go with it, whichever there are in \
      this database. Name them, so that the reader and the next database know.
      """,
    insteadOf: "DROP FUNCTION public.room_label CASCADE;",
    use: "DROP FUNCTION public.room_label;",
    source: "PostgreSQL manual, section 5.14, Dependency Tracking: "
      + "https://www.postgresql.org/docs/current/ddl-depend.html")

  static let nullable = LintRule(
    "drop-not-null", .warning, "code that relies on a value meets NULL",
    why: """
      The running application, functions and views were written for a column that always has a \
      value, and may fail or count wrongly once one is missing. For the tenant column it is worse: \
      a row of nobody.
      """,
    insteadOf: "ALTER TABLE public.rooms ALTER COLUMN number DROP NOT NULL;",
    use: "ALTER TABLE public.rooms ALTER COLUMN number SET DEFAULT '';",
    source: Reference.alterTable, alsoKnownAs: ["squawk ban-drop-not-null"])

  static let renaming = LintRule(
    "rename", .error, "a new name breaks the application that runs with the old one",
    why: """
      There is no moment at which both releases of the application are right. Add the new column \
      and keep both for a while; or give the table's new name to a view first.
      """,
    insteadOf: "ALTER TABLE public.rooms RENAME COLUMN floor TO storey;",
    use: "ALTER TABLE public.rooms ADD COLUMN storey integer;",
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk renaming-column", "squawk renaming-table", "strong_migrations: renaming a column",
      "strong_migrations: renaming a table", "strong_migrations: renaming a schema",
    ])

  static let enumValue = LintRule(
    "rename-enum-value", .error, "a renamed enum value breaks the application that knows the old",
    why: """
      Queries that write or compare the old value fail at once. Add the new value, let the \
      application learn both, change the rows, and stop using the old.
      """,
    insteadOf: "ALTER TYPE public.room_state RENAME VALUE 'closed' TO 'shut';",
    use: "ALTER TYPE public.room_state ADD VALUE 'shut' AFTER 'open';",
    source: Reference.command("ALTER TYPE"),
    alsoKnownAs: ["strong_migrations: renaming an enum value"])

  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    switch change {
    case .drop("OBJECT_TABLE", let name, _, let cascades) where scene.isInUse(name):
      let also = cascades ? ", and what depends on it" : ""
      return [
        LintFlaw(
          table, name.description, "the rows of \(name) are lost\(also)",
          remedy: allowance(table, "say since when nothing uses it"))
      ]
    case .drop("OBJECT_SCHEMA", let name, _, _):
      return [
        LintFlaw(
          database, name.description, "everything in the schema \(name) is lost",
          remedy: allowance(database, "say why it may go"))
      ]
    case .drop(let kind, let name, _, let cascades)
    where ["OBJECT_VIEW", "OBJECT_MATVIEW"].contains(kind) && !scene.created.contains(name.key):
      let also = cascades ? ", and so do those of what depends on it" : ""
      return [
        LintFlaw(
          view, name.description, "queries that read \(name) fail\(also)",
          remedy: "CREATE OR REPLACE VIEW, or " + allowance(view, "say since when nothing uses it"))
      ] + (cascades ? cascading(name) : [])
    case .drop(let kind, let name, _, true) where scene.isInUse(name) && kind != "OBJECT_POLICY":
      return cascading(name)
    case .dropDatabase(let name):
      return [
        LintFlaw(
          database, name, "the database \(name) is lost",
          remedy: allowance(database, "say why it may go"))
      ]
    case .truncate(let tables, let cascades):
      let used = tables.filter { scene.isInUse($0) }
      guard let first = used.first else { return [] }
      let others = cascades ? " and of every table that refers to it" : ""
      return [
        LintFlaw(
          truncation, first.description, "the rows of \(first)\(others) are lost",
          remedy: allowance(truncation, "say why they may go"), offset: first.offset)
      ]
    case .alter(let name, let action) where scene.isInUse(name):
      return flaws(in: action, of: name)
    case .renameEnumValue(let type, let value):
      return [
        LintFlaw(
          enumValue, type.description, "queries with the value '\(value)' of \(type) fail at once",
          remedy: "add the new value beside it")
      ]
    case .rename(let kind, let name, let part, let new):
      return rename(kind, name, part, to: new, scene)
    case .setSchema(let kind, let name, let schema)
    where scene.isInUse(name) && ["OBJECT_TABLE", "OBJECT_VIEW"].contains(kind):
      return [
        LintFlaw(
          renaming, name.description, "queries that name \(name) fail once it is in \(schema)",
          remedy: "leave a view in its place")
      ]
    default: return []
    }
  }

  private static func cascading(_ name: QualifiedName) -> [LintFlaw] {
    [
      LintFlaw(
        cascade, name.description, "CASCADE drops whatever depends on \(name)",
        remedy: "drop what depends on it by name, and leave CASCADE out")
    ]
  }

  private static func flaws(in action: TableAction, of name: QualifiedName) -> [LintFlaw] {
    switch action {
    case .dropColumn(let part):
      return [
        LintFlaw(
          column, "\(name).\(part)",
          "the values of \(name).\(part) are lost, and queries that name "
            + "it fail",
          remedy: allowance(column, "say since when nothing uses it"))
      ]
    case .dropNotNull(let part):
      return [
        LintFlaw(
          nullable, "\(name).\(part)", "\(name).\(part) may be NULL from now on",
          remedy: "see that the application and every view expect it")
      ]
    default: return []
    }
  }

  private static func rename(
    _ kind: String, _ name: QualifiedName?, _ part: String?, to new: String, _ scene: LintScene
  ) -> [LintFlaw] {
    if let name, !scene.isInUse(name) { return [] }
    let old: String
    switch kind {
    case "OBJECT_COLUMN", "OBJECT_ATTRIBUTE":
      old = "\(name?.description ?? "").\(part ?? "")"
    case "OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FUNCTION", "OBJECT_PROCEDURE",
      "OBJECT_TYPE", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE":
      old = name?.description ?? ""
    case "OBJECT_SCHEMA": old = part ?? ""
    default: return []
    }
    return [
      LintFlaw(
        renaming, old, "queries that name \(old) fail once it is called \(new)",
        remedy: "keep both names for a while: a new column, or a view with the other name")
    ]
  }

  private static func allowance(_ rule: LintRule, _ words: String) -> String {
    "\(words): -- dbtool: allow=\(rule.name) reason=…"
  }

  static func flaws(atEndOf scene: LintScene) -> [LateFlaw] {
    scene.droppedConstraints.filter { !scene.droppedTables.contains($0.table.key) }.map { drop in
      LateFlaw(
        flaw: LintFlaw(
          constraint, "\(drop.table).\(drop.name)",
          "nothing in the file replaces the constraint \(drop.name) of \(drop.table)",
          remedy: allowance(constraint, "say why it may go")), origin: drop.origin)
    }
  }
}
