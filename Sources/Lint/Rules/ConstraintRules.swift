/// Rules about constraints on tables that have rows.
enum ConstraintRules: LintFamily {
  static let rules = [
    check, foreignKey, notNull, unique, primaryKey, exclusion, validation, attachment, missingIndex,
  ]

  static let check = LintRule(
    "constraint-without-not-valid", .error,
    "a CHECK that is added in one step blocks the table while all rows are checked",
    why: """
      ADD CONSTRAINT … CHECK reads the whole table under an ACCESS EXCLUSIVE lock. NOT VALID makes \
      it hold for new rows at once; VALIDATE CONSTRAINT, in a later transaction, checks the old \
      ones while everybody works.
      """,
    insteadOf: "ALTER TABLE public.rooms ADD CONSTRAINT rooms_floor_check CHECK (floor >= 0);",
    use: """
      ALTER TABLE public.rooms ADD CONSTRAINT rooms_floor_check CHECK (floor >= 0) NOT VALID;
      \(LintRule.nextMigration)
      ALTER TABLE public.rooms VALIDATE CONSTRAINT rooms_floor_check;
      """,
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk constraint-missing-not-valid", "eugene E1",
      "strong_migrations: adding a check constraint",
    ])

  static let foreignKey = LintRule(
    "foreign-key-without-not-valid", .error,
    "a foreign key that is added in one step blocks writes to both tables while rows are checked",
    why: """
      ADD FOREIGN KEY looks up every row under a SHARE ROW EXCLUSIVE lock on both tables. NOT VALID \
      makes it hold for new rows at once; VALIDATE CONSTRAINT, in a later transaction, checks the \
      old ones while everybody works. A new column without a default is all NULL: PostgreSQL \
      knows and checks nothing.
      """,
    insteadOf: """
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_room_fkey
        FOREIGN KEY (tenant_id, room_id) REFERENCES public.rooms (tenant_id, id);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_room_idx ON public.bookings (tenant_id, room_id);
      \(LintRule.nextMigration)
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_room_fkey
        FOREIGN KEY (tenant_id, room_id) REFERENCES public.rooms (tenant_id, id) NOT VALID;
      \(LintRule.nextMigration)
      ALTER TABLE public.bookings VALIDATE CONSTRAINT bookings_room_fkey;
      """,
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk adding-foreign-key-constraint", "eugene E1",
      "strong_migrations: adding a foreign key", "strong_migrations: adding a reference",
    ])

  static let notNull = LintRule(
    "not-null-without-check", .error,
    "SET NOT NULL blocks the table while all rows are checked",
    why: """
      SET NOT NULL reads the whole table under an ACCESS EXCLUSIVE lock, unless a valid CHECK says \
      already that the column is not null (since PostgreSQL 12). So let a CHECK come first, which \
      can be added without looking and validated without blocking.
      """,
    insteadOf: "ALTER TABLE public.bookings ALTER COLUMN arrival SET NOT NULL;",
    use: """
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_arrival_known
        CHECK (arrival IS NOT NULL) NOT VALID;
      \(LintRule.nextMigration)
      ALTER TABLE public.bookings VALIDATE CONSTRAINT bookings_arrival_known;
      \(LintRule.nextMigration)
      ALTER TABLE public.bookings ALTER COLUMN arrival SET NOT NULL;
      -- Not in the same statement: PostgreSQL would drop first, and then read all rows.
      ALTER TABLE public.bookings DROP CONSTRAINT bookings_arrival_known;
      """,
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk adding-not-nullable-field", "eugene E2",
      "strong_migrations: setting NOT NULL on an existing column",
    ])

  static let unique = LintRule(
    "unique-without-index", .error,
    "a UNIQUE constraint that builds its index itself blocks the table meanwhile",
    why: """
      ADD UNIQUE builds an index under an ACCESS EXCLUSIVE lock. An index that was built \
      CONCURRENTLY can become the constraint's in no time.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD CONSTRAINT rooms_number_key UNIQUE (tenant_id, number);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE UNIQUE INDEX CONCURRENTLY rooms_number_key ON public.rooms (tenant_id, number);
      \(LintRule.nextMigration)
      ALTER TABLE public.rooms
        ADD CONSTRAINT rooms_number_key UNIQUE USING INDEX rooms_number_key;
      """,
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk disallowed-unique-constraint", "eugene E7",
      "strong_migrations: adding a unique constraint",
    ])

  static let primaryKey = LintRule(
    "primary-key-without-index", .error,
    "a PRIMARY KEY that builds its index itself blocks the table meanwhile",
    why: """
      ADD PRIMARY KEY builds an index under an ACCESS EXCLUSIVE lock and, when columns may be null, \
      reads all rows once more. Build the index CONCURRENTLY and make the columns NOT NULL first.
      """,
    insteadOf: "ALTER TABLE public.visits ADD PRIMARY KEY (tenant_id, id);",
    use: """
      -- dbtool: no-transaction
      CREATE UNIQUE INDEX CONCURRENTLY visits_pkey ON public.visits (tenant_id, id);
      \(LintRule.nextMigration)
      ALTER TABLE public.visits ADD CONSTRAINT visits_pkey PRIMARY KEY USING INDEX visits_pkey;
      """,
    source: Reference.alterTable,
    alsoKnownAs: ["squawk adding-serial-primary-key-field", "eugene W14"])

  static let exclusion = LintRule(
    "exclusion-constraint", .error,
    "an exclusion constraint on a table in use blocks it while its index is built",
    why: """
      The index is built under an ACCESS EXCLUSIVE lock, and PostgreSQL has no way to build it \
      before. Add it while the table is small, in a maintenance window, or to a new table that \
      the rows are moved to.
      """,
    insteadOf: """
      ALTER TABLE public.stays ADD CONSTRAINT stays_apart
        EXCLUDE USING gist (during WITH &&);
      """,
    use: """
      CREATE TABLE public.new_stays (
        tenant_id uuid NOT NULL, during daterange NOT NULL,
        CONSTRAINT stays_apart EXCLUDE USING gist (during WITH &&));
      ALTER TABLE public.new_stays ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE POLICY stays_tenant ON public.new_stays USING (
        tenant_id = (SELECT nullif(current_setting('app.current_tenant_id', true), '')::uuid));
      """,
    source: Reference.alterTable,
    alsoKnownAs: ["eugene E8", "strong_migrations: adding an exclusion constraint"])

  static let validation = LintRule(
    "validated-at-once", .error,
    "VALIDATE in the transaction that added the constraint blocks the table all the same",
    why: """
      Locks are kept until the transaction ends: the one that ADD CONSTRAINT … NOT VALID took blocks \
      others for as long as VALIDATE reads the table. It gains only in a migration of its own.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD CONSTRAINT rooms_floor_check CHECK (floor >= 0) NOT VALID;
      ALTER TABLE public.rooms VALIDATE CONSTRAINT rooms_floor_check;
      """,
    use: """
      ALTER TABLE public.rooms ADD CONSTRAINT rooms_floor_check CHECK (floor >= 0) NOT VALID;
      \(LintRule.nextMigration)
      ALTER TABLE public.rooms VALIDATE CONSTRAINT rooms_floor_check;
      """,
    source: Reference.alterTable, alsoKnownAs: ["eugene E4"])

  static let attachment = LintRule(
    "attach-without-check", .warning,
    "ATTACH PARTITION blocks the new partition while its rows are checked",
    why: """
      The partition is read under an ACCESS EXCLUSIVE lock, and so is the default partition, unless \
      a valid CHECK says already that all rows fit the bounds.
      """,
    insteadOf: """
      ALTER TABLE public.events ATTACH PARTITION public.events_old
        FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      """,
    use: """
      ALTER TABLE public.events_old ADD CONSTRAINT events_old_bounds
        CHECK (at IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01') NOT VALID;
      \(LintRule.nextMigration)
      ALTER TABLE public.events_old VALIDATE CONSTRAINT events_old_bounds;
      \(LintRule.nextMigration)
      ALTER TABLE public.events ATTACH PARTITION public.events_old
        FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      """,
    source: "PostgreSQL manual, section 5.11.2.2, Partition Maintenance: "
      + "https://www.postgresql.org/docs/current/ddl-partitioning.html")

  static let missingIndex = LintRule(
    "foreign-key-without-index", .warning,
    "a foreign key without an index makes deletes of the other table slow",
    why: """
      PostgreSQL looks for referring rows on each DELETE and key UPDATE of the referenced table. \
      Without an index that begins with the key's columns it reads the whole table each time.
      """,
    insteadOf: """
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_room_fkey
        FOREIGN KEY (tenant_id, room_id) REFERENCES public.rooms (tenant_id, id) NOT VALID;
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_room_idx ON public.bookings (tenant_id, room_id);
      \(LintRule.nextMigration)
      ALTER TABLE public.bookings ADD CONSTRAINT bookings_room_fkey
        FOREIGN KEY (tenant_id, room_id) REFERENCES public.rooms (tenant_id, id) NOT VALID;
      """,
    source: "PostgreSQL manual, section 5.4.5, Foreign Keys: "
      + "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
    alsoKnownAs: ["eugene E15"])

  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    guard case .alter(let table, let action) = change, scene.isInUse(table) else { return [] }
    switch action {
    case .addConstraint(let constraint): return flaws(in: constraint, of: table, scene)
    case .addColumn(let column, _):
      // A key at a new column builds its index at once. A foreign key looks at no rows: PostgreSQL
      // knows that a column without a default is all NULL.
      return column.constraints.filter { $0.kind != .foreignKey || column.defaultValue != nil }
        .flatMap { flaws(in: $0, of: table, scene) }
    case .setNotNull(let column):
      let isProven =
        scene.model.tables[table.key]?.constraints.contains {
          $0.columnThatIsNotNull == column && !$0.isNotValid
        } ?? false
      guard !isProven, scene.model.tables[table.key]?.columns[column]?.isNotNull != true else {
        return []
      }
      return [
        LintFlaw(
          notNull, "\(table).\(column)", "\(table) cannot be read while all its rows are checked",
          remedy:
            "first ADD CONSTRAINT … CHECK (\(column.asIdentifier) IS NOT NULL) NOT VALID and, in "
            + "the next migration, VALIDATE it")
      ]
    case .validate(let name):
      guard scene.isTransactional, scene.notValid.contains(table.key + "." + name) else {
        return []
      }
      return [
        LintFlaw(
          validation, "\(table).\(name)",
          "the lock of ADD CONSTRAINT is still held while the rows of \(table) are checked",
          remedy: "move VALIDATE CONSTRAINT to a migration of its own")
      ]
    case .attach(let child):
      guard scene.isInUse(child),
        scene.model.tables[child.key]?.constraints.contains(where: {
          $0.kind == .check && !$0.isNotValid
        }) != true
      else { return [] }
      return [
        LintFlaw(
          attachment, child.description, "\(child) is blocked while all its rows are checked",
          remedy: "give it a valid CHECK with the bounds first")
      ]
    default: return []
    }
  }

  private static func flaws(
    in constraint: NewConstraint, of table: QualifiedName, _ scene: LintScene
  ) -> [LintFlaw] {
    let object = constraint.name.map { "\(table).\($0)" } ?? table.description
    func flaw(_ rule: LintRule, _ message: String, _ remedy: String) -> [LintFlaw] {
      [LintFlaw(rule, object, message, remedy: remedy, offset: constraint.offset)]
    }
    switch constraint.kind {
    case .check where !constraint.isNotValid:
      return flaw(
        check, "\(table) cannot be read while all its rows are checked",
        "add NOT VALID, and VALIDATE CONSTRAINT in the next migration")
    case .foreignKey where !constraint.isNotValid:
      let other = constraint.target.map { " and \($0)" } ?? ""
      return flaw(
        foreignKey, "nobody can write to \(table)\(other) while all rows are checked",
        "add NOT VALID, and VALIDATE CONSTRAINT in the next migration")
    case .unique where constraint.index == nil:
      return flaw(
        unique, "\(table) cannot be read while the index is built",
        "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … UNIQUE USING INDEX")
    case .primaryKey where constraint.index == nil:
      return flaw(
        primaryKey, "\(table) cannot be read while the index is built",
        "CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT … PRIMARY KEY USING INDEX")
    case .exclusion:
      return flaw(
        exclusion, "\(table) cannot be read while the index is built",
        "add it to a table without rows, or allow it with the reason why the table is small")
    default: return []
    }
  }

  /// Foreign keys that no index serves: it may be made by a later file than the key.
  static func flaws(whenAllIsRead scene: LintScene) -> [LateFlaw] {
    scene.model.tables.values.filter { !$0.isPartition }.flatMap { table in
      table.constraints.compactMap { key -> LateFlaw? in
        guard key.kind == .foreignKey, let origin = key.origin, !table.isIndexed(key.columns) else {
          return nil
        }
        let columns = key.columns.asIdentifiers
        let target = key.target.map(\.description) ?? "the other table"
        return LateFlaw(
          flaw: LintFlaw(
            missingIndex, key.name.map { "\(table.name).\($0)" } ?? table.name.description,
            "no index of \(table.name) begins with (\(columns)), so a DELETE in \(target) reads it "
              + "all",
            remedy: "create one on (\(columns)), concurrently if the table has rows"),
          origin: origin)
      }
    }
  }
}
