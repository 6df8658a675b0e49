/// Rules about building and dropping indexes.
enum IndexRules: LintFamily {
  static let rules = [building, dropping, rebuilding, unnamed, conditional, wide]

  static let building = LintRule(
    "index-without-concurrently", .error,
    "building an index without CONCURRENTLY blocks writes to the table",
    why: """
      CREATE INDEX takes a SHARE lock: nobody can insert, update or delete until the whole table \
      has been read. CONCURRENTLY takes longer and lets everybody work. A table that the same file \
      creates is empty and needs it not.
      """,
    insteadOf: "CREATE INDEX bookings_arrival_idx ON public.bookings (tenant_id, arrival);",
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_arrival_idx ON public.bookings (tenant_id, arrival);
      """,
    source: Reference.createIndex,
    alsoKnownAs: [
      "squawk require-concurrent-index-creation", "eugene E6",
      "strong_migrations: adding an index non-concurrently",
      "strong_migrations: adding a reference",
    ])

  static let dropping = LintRule(
    "drop-index-without-concurrently", .warning,
    "dropping an index without CONCURRENTLY blocks reads and writes",
    why: """
      DROP INDEX takes an ACCESS EXCLUSIVE lock on the table. It is short, but it waits behind \
      every running query, and everybody else waits behind it.
      """,
    insteadOf: "DROP INDEX public.rooms_number_idx;",
    use: """
      -- dbtool: no-transaction
      DROP INDEX CONCURRENTLY public.rooms_number_idx;
      """,
    source: Reference.command("DROP INDEX"),
    alsoKnownAs: [
      "squawk require-concurrent-index-deletion",
      "strong_migrations: removing an index non-concurrently",
    ])

  static let rebuilding = LintRule(
    "reindex-without-concurrently", .error,
    "REINDEX without CONCURRENTLY blocks writes, and reads that would use the index",
    why: """
      REINDEX keeps others from writing to the table, and from every query that the planner would \
      give the index, until it has been built anew. CONCURRENTLY builds a new one beside the old.
      """,
    insteadOf: "REINDEX INDEX public.rooms_number_idx;",
    use: """
      -- dbtool: no-transaction
      REINDEX INDEX CONCURRENTLY public.rooms_number_idx;
      """,
    source: Reference.command("REINDEX"), alsoKnownAs: ["squawk require-concurrent-reindex"])

  static let unnamed = LintRule(
    "unnamed-concurrent-index", .warning,
    "an index that is built concurrently should be given a name",
    why: """
      When building fails it leaves an INVALID index. Without a name PostgreSQL invents one, and \
      another on the next attempt, so that neither people nor tools can tell what was left.
      """,
    insteadOf: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY ON public.bookings (tenant_id, arrival);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_arrival_idx ON public.bookings (tenant_id, arrival);
      """,
    source: Reference.createIndex, alsoKnownAs: ["squawk prefer-robust-stmts"])

  static let conditional = LintRule(
    "index-if-not-exists", .warning,
    "IF NOT EXISTS passes over an INVALID index of the same name",
    why: """
      A concurrent build that fails leaves an INVALID index, which no query uses. With IF NOT EXISTS \
      the next attempt finds the name taken and reports success. dbtool finds and drops what a \
      failed run left and knows which statements are done, so a plain CREATE INDEX may be run again.
      """,
    insteadOf: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY IF NOT EXISTS bookings_arrival_idx
        ON public.bookings (tenant_id, arrival);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_arrival_idx ON public.bookings (tenant_id, arrival);
      """,
    source: Reference.createIndex)

  static let wide = LintRule(
    "wide-index", .info, "an index on more than three columns is seldom worth its size",
    why: """
      Every write has to maintain the index, and a query that has values for the first columns \
      seldom gains by a fourth. Unique indexes are left out: theirs is another purpose.
      """,
    insteadOf: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_wide_idx
        ON public.bookings (tenant_id, room_id, arrival, note);
      """,
    use: """
      -- dbtool: no-transaction
      CREATE INDEX CONCURRENTLY bookings_room_idx
        ON public.bookings (tenant_id, room_id, arrival);
      """,
    source: "PostgreSQL manual, section 11.3, Multicolumn Indexes: "
      + "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
    alsoKnownAs: ["strong_migrations: keeping non-unique indexes to three columns or less"])

  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    switch change {
    case .createIndex(let index): return flaws(in: index, scene)
    case .drop("OBJECT_INDEX", let name, false, _):
      if let table = scene.model.table(ofIndex: name), !scene.isInUse(table.name) { return [] }
      return [
        LintFlaw(
          dropping, name.description, "dropping the index \(name) blocks reads and writes",
          remedy: "DROP INDEX CONCURRENTLY in a file that begins with -- dbtool: no-transaction")
      ]
    case .reindex(let name, false):
      return [
        LintFlaw(
          rebuilding, name?.description ?? "the database", "REINDEX blocks writes until it is done",
          remedy: "REINDEX … CONCURRENTLY in a file that begins with -- dbtool: no-transaction")
      ]
    default: return []
    }
  }

  private static func flaws(in index: NewIndex, _ scene: LintScene) -> [LintFlaw] {
    var flaws: [LintFlaw] = []
    let object = index.name ?? index.table.description
    if !index.isConcurrent, !index.isOnly, scene.isInUse(index.table) {
      flaws.append(
        LintFlaw(
          building, object, "nobody can write to \(index.table) while the index is built",
          remedy: "CREATE INDEX CONCURRENTLY in a file that begins with -- dbtool: no-transaction")
      )
    }
    if index.isConcurrent, index.name == nil {
      flaws.append(
        LintFlaw(
          unnamed, object,
          "the index on \(index.table) has no name, so what a failed build leaves "
            + "cannot be recognised",
          remedy: "give it a name"))
    }
    if index.isConditional {
      flaws.append(
        LintFlaw(
          conditional, object,
          "IF NOT EXISTS takes an INVALID or different index of this name for "
            + "the one that is meant",
          remedy: "leave IF NOT EXISTS out: dbtool knows what has been done"))
    }
    if index.columns.count > 3, !index.isUnique, index.method == "btree" {
      flaws.append(
        LintFlaw(
          wide, object, "the index has \(index.columns.count) columns",
          remedy: "keep the first two or three, or put the others into INCLUDE"))
    }
    return flaws
  }
}
