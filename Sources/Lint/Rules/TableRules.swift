/// Rules about rewriting tables, about changing many rows, and about how long locks are held.
enum TableRules: LintFamily {
  static let rules = [
    rewrite, full, refresh, detach, bulk, underLock, patience, severalAlterations,
  ]

  static let rewrite = LintRule(
    "table-rewrite", .error, "moving a table to other storage rewrites it",
    why: """
      SET TABLESPACE, SET LOGGED, SET UNLOGGED and SET ACCESS METHOD copy the whole table under an \
      ACCESS EXCLUSIVE lock.
      """,
    insteadOf: "ALTER TABLE public.rooms SET UNLOGGED;",
    use: "CREATE UNLOGGED TABLE public.room_cache (number text);",
    source: Reference.alterTable, alsoKnownAs: ["eugene E10"])

  static let full = LintRule(
    "vacuum-full", .error, "VACUUM FULL and CLUSTER block the table while they copy it",
    why: """
      Both write the table anew under an ACCESS EXCLUSIVE lock. Plain VACUUM makes room for new rows \
      and blocks nobody; pg_repack and PostgreSQL 19's REPACK (CONCURRENTLY) copy while others work.
      """,
    insteadOf: """
      -- dbtool: no-transaction
      VACUUM FULL public.rooms;
      """,
    use: """
      -- dbtool: no-transaction
      VACUUM public.rooms;
      """,
    source: Reference.command("VACUUM"), alsoKnownAs: ["squawk prefer-repack"])

  static let refresh = LintRule(
    "refresh-without-concurrently", .warning,
    "REFRESH without CONCURRENTLY keeps others from reading the materialized view",
    why: """
      It holds an ACCESS EXCLUSIVE lock while the query runs. CONCURRENTLY needs a unique index \
      over all rows and lets everybody read the old ones.
      """,
    insteadOf: "REFRESH MATERIALIZED VIEW public.room_counts;",
    use: "REFRESH MATERIALIZED VIEW CONCURRENTLY public.room_counts;",
    source: Reference.command("REFRESH MATERIALIZED VIEW"))

  static let detach = LintRule(
    "detach-without-concurrently", .warning,
    "DETACH PARTITION without CONCURRENTLY blocks the whole partitioned table",
    why: """
      It takes an ACCESS EXCLUSIVE lock on the parent, behind every running query. CONCURRENTLY \
      waits for those without keeping others out.
      """,
    insteadOf: "ALTER TABLE public.events DETACH PARTITION public.events_2025;",
    use: """
      -- dbtool: no-transaction
      ALTER TABLE public.events DETACH PARTITION public.events_2025 CONCURRENTLY;
      """,
    source: Reference.alterTable, alsoKnownAs: ["squawk require-concurrent-partition-detach"])

  static let bulk = LintRule(
    "unbatched-change", .warning,
    "an UPDATE or DELETE of all rows locks them all until it is done",
    why: """
      Every row stays locked until the transaction ends, and each leaves a dead version behind. \
      Under FORCE ROW LEVEL SECURITY the owner may see no row at all, and then nothing happens and \
      nobody is told. Change rows in batches, from a script that can go on where it stopped.
      """,
    insteadOf: "UPDATE public.bookings SET note = '';",
    use: "UPDATE public.bookings SET note = '' WHERE arrival < '2020-01-01';",
    source: Reference.locks, alsoKnownAs: ["strong_migrations: backfilling data"])

  static let underLock = LintRule(
    "work-under-lock", .error, "slow work while a table is locked against reading",
    why: """
      Locks are kept until the transaction ends. A statement that takes an ACCESS EXCLUSIVE lock is \
      quick, but whatever slow comes after it in the same migration makes everybody wait.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD COLUMN wing text;
      UPDATE public.bookings SET note = '' WHERE note IS NULL;
      """,
    use: """
      ALTER TABLE public.rooms ADD COLUMN wing text;
      \(LintRule.nextMigration)
      UPDATE public.bookings SET note = '' WHERE note IS NULL;
      """,
    source: Reference.locks, alsoKnownAs: ["eugene E4", "strong_migrations: backfilling data"])

  static let patience = LintRule(
    "patient-lock", .warning, "a migration that waits long for a lock keeps everybody else waiting",
    why: """
      Whoever asks for a lock stands in the queue, and everybody who comes later waits behind. \
      dbtool gives up after a short lock_timeout and tries again; a file that turns this off, or \
      sets it to more than ten seconds, can stop the application behind one slow query.
      """,
    insteadOf: """
      SET lock_timeout = 0;
      ALTER TABLE public.rooms ADD COLUMN wing text;
      """,
    use: """
      -- dbtool: lock-timeout=5s
      ALTER TABLE public.rooms ADD COLUMN wing text;
      """,
    source: Reference.locks,
    alsoKnownAs: [
      "squawk require-lock-timeout", "squawk require-timeout-settings", "eugene E9",
      "strong_migrations: lock timeouts",
    ])

  static let severalAlterations = LintRule(
    "several-alter-table", .info, "several ALTER TABLE of one table could be one",
    why: """
      PostgreSQL goes over a table once for all actions of one statement, and a reader sees one \
      place where the table changes.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD COLUMN wing text;
      ALTER TABLE public.rooms ADD COLUMN view text;
      """,
    use: "ALTER TABLE public.rooms ADD COLUMN wing text, ADD COLUMN view text;",
    source: Reference.alterTable, alsoKnownAs: ["eugene W12"])

  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    slowFlaws(in: change, scene) + waiting(change, scene) + severalFlaws(in: change, scene)
  }

  private static func slowFlaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    switch change {
    case .alter(let table, .rewrite(let action)) where scene.isInUse(table):
      return [
        LintFlaw(
          rewrite, table.description, "\(action) copies \(table), which cannot be read meanwhile",
          remedy: "move the rows to a new table in batches, or allow it with the reason")
      ]
    case .rewrite(let command, let table):
      let object = table?.description ?? "the database"
      return [
        LintFlaw(
          full, object, "\(command) copies \(object), which cannot be read meanwhile",
          remedy: "use plain VACUUM, or pg_repack")
      ]
    case .refresh(let view, false):
      return [
        LintFlaw(
          refresh, view.description, "\(view) cannot be read while its query runs",
          remedy: "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index")
      ]
    case .alter(let table, .detach(let child, false)) where scene.isInUse(table):
      return [
        LintFlaw(
          detach, child.description, "\(table) is blocked until its partition is detached",
          remedy: "DETACH PARTITION … CONCURRENTLY in a file that begins with "
            + "-- dbtool: no-transaction")
      ]
    case .changeRows(let table, let verb, false) where verb != "INSERT" && scene.isInUse(table):
      return [
        LintFlaw(
          bulk, table.description,
          "\(verb) without WHERE locks all rows of \(table) until it is done",
          remedy: "work in batches outside of the migration, or allow it with the reason why there "
            + "are few")
      ]
    default: return []
    }
  }

  /// Slow work while locks are held, and settings that make others wait.
  private static func waiting(_ change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    if case .set("lock_timeout", let value) = change, let flaw = flaw(ofLockTimeout: value) {
      return [flaw]
    }
    guard let work = change.slowWork,
      let held = scene.locked.filter({ $0.key != work.table.key || !change.isDDL })
        .min(by: { $0.value < $1.value }),
      scene.isInUse(work.table)
    else { return [] }
    return [
      LintFlaw(
        underLock, work.table.description,
        "\(work.what) takes time, and since line \(held.value) nobody can read \(held.key)",
        remedy: "move it to a migration of its own, or before the lock")
    ]
  }

  /// What is wrong with the limit that a file sets to waiting for locks.
  static func flaw(ofLockTimeout value: String) -> LintFlaw? {
    guard isTooLong(value) else { return nil }
    return LintFlaw(
      patience, "lock_timeout",
      "lock_timeout = \(value) lets the migration wait for a lock, and "
        + "everybody behind it",
      remedy: "leave it to dbtool, or write -- dbtool: lock-timeout=5s")
  }

  /// The table was altered before in the same transaction, once and by another statement.
  private static func severalFlaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    guard case .alter(let table, _) = change, scene.isTransactional, !scene.isPolicyFile,
      scene.isInUse(table), scene.model.views[table.key] == nil,
      let before = scene.alterations[table.key], before.count == 1,
      !before.contains(scene.origin.offset)
    else { return [] }
    return [
      LintFlaw(
        severalAlterations, table.description, "\(table) is altered a second time by the same file",
        remedy: "put the actions into one ALTER TABLE, apart by commas")
    ]
  }

  /// PostgreSQL manual, section 20.1.1: numbers without a unit are milliseconds here.
  private static func isTooLong(_ value: String) -> Bool {
    let digits = value.filter { $0.isNumber || $0 == "." }
    guard let number = Double(digits) else { return false }
    let unit = value.filter(\.isLetter).lowercased()
    let factor = ["us": 0.001, "ms": 1, "": 1, "s": 1_000, "min": 60_000, "h": 3_600_000][unit]
    let milliseconds = number * (factor ?? 86_400_000)
    return milliseconds == 0 || milliseconds > 10_000
  }
}

extension SchemaChange {
  /// Work whose time grows with a table, and that table.
  fileprivate var slowWork: (what: String, table: QualifiedName)? {
    switch self {
    case .changeRows(let table, let verb, _): (verb, table)
    case .createIndex(let index) where !index.isConcurrent && !index.isOnly:
      ("building an index", index.table)
    case .alter(let table, .validate): ("VALIDATE CONSTRAINT", table)
    case .refresh(let view, _): ("REFRESH", view)
    default: nil
    }
  }

  /// False for what changes rows.
  fileprivate var isDDL: Bool {
    if case .changeRows = self { return false }
    return true
  }
}
