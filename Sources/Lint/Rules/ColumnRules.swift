internal import SQLSyntax

/// Rules about columns: adding them to a table with rows, changing them, and their types.
enum ColumnRules: LintFamily {
  static let rules = [
    required, volatileDefault, generated, counter, typeChange, json, blankPadded, limitedText,
    zoneless, shortKey, serial,
  ]

  static let required = LintRule(
    "required-column", .error, "a new column that is NOT NULL without a default fails on any row",
    why: """
      The rows that are there have no value for it, so the statement fails; and the application \
      that runs meanwhile does not know the column and can no longer insert.
      """,
    insteadOf: "ALTER TABLE public.rooms ADD COLUMN smoking boolean NOT NULL;",
    use: "ALTER TABLE public.rooms ADD COLUMN smoking boolean NOT NULL DEFAULT false;",
    source: Reference.alterTable,
    alsoKnownAs: ["squawk adding-required-field"])

  static let volatileDefault = LintRule(
    "volatile-default", .error, "a new column with a volatile default rewrites the table",
    why: """
      A constant, and whatever gives one value for the whole statement such as now(), is stored once \
      beside the table. A volatile function gives each row a value of its own: the table and all \
      its indexes are written anew under an ACCESS EXCLUSIVE lock.
      """,
    insteadOf: "ALTER TABLE public.rooms ADD COLUMN code uuid DEFAULT gen_random_uuid();",
    use: """
      ALTER TABLE public.rooms ADD COLUMN code uuid;
      ALTER TABLE public.rooms ALTER COLUMN code SET DEFAULT gen_random_uuid();
      """,
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk adding-field-with-default",
      "strong_migrations: adding a column with a volatile default",
    ])

  static let generated = LintRule(
    "generated-column", .error, "a new stored generated column rewrites the table",
    why: """
      Each row needs its value, so the table and all its indexes are written anew under an ACCESS \
      EXCLUSIVE lock. A plain column that a trigger fills for new rows, and batches for old ones, \
      blocks nobody.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD COLUMN label text GENERATED ALWAYS AS (upper(number)) STORED;
      """,
    use: "ALTER TABLE public.rooms ADD COLUMN label text;",
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk adding-field-with-default", "eugene E11",
      "strong_migrations: adding a stored generated column",
    ])

  static let counter = LintRule(
    "counter-column", .error, "a new serial or identity column rewrites the table",
    why: """
      Each row needs its number, so the table and all its indexes are written anew under an ACCESS \
      EXCLUSIVE lock. Add a plain column, number the rows in batches, then make it an identity.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD COLUMN serial_number bigint GENERATED ALWAYS AS IDENTITY;
      """,
    use: "ALTER TABLE public.rooms ADD COLUMN serial_number bigint;",
    source: Reference.alterTable,
    alsoKnownAs: ["eugene E11", "strong_migrations: adding an auto-incrementing column"])

  static let typeChange = LintRule(
    "type-change", .error, "changing a column's type rewrites the table",
    why: """
      The table and its indexes are written anew under an ACCESS EXCLUSIVE lock, or at least read, \
      and the running application may not expect the new type. Not so when the new type holds \
      the same bytes: varchar to text, a longer varchar, a numeric of more digits and the same scale.
      """,
    insteadOf: "ALTER TABLE public.rooms ALTER COLUMN floor TYPE bigint;",
    use: "ALTER TABLE public.rooms ALTER COLUMN nickname TYPE varchar(80);",
    source: Reference.alterTable,
    alsoKnownAs: [
      "squawk changing-column-type", "eugene E5", "eugene E10",
      "strong_migrations: changing the type of a column",
    ])

  static let json = LintRule(
    "json-column", .warning, "json has no equality, so DISTINCT, GROUP BY and UNION fail on it",
    why: """
      A query with SELECT DISTINCT over the table fails as soon as the column is there. jsonb can \
      be compared and indexed.
      """,
    insteadOf: "ALTER TABLE public.rooms ADD COLUMN equipment json;",
    use: "ALTER TABLE public.rooms ADD COLUMN equipment jsonb;",
    source: "PostgreSQL manual, section 8.14, JSON Types: "
      + "https://www.postgresql.org/docs/current/datatype-json.html",
    alsoKnownAs: ["eugene E3", "strong_migrations: adding a json column"])

  static let blankPadded = LintRule(
    "char-column", .warning, "char(n) pads with blanks and is never faster than text",
    why: """
      Values get blanks up to the length, which are significant in some comparisons and not in \
      others. It saves neither space nor time.
      """,
    insteadOf: "ALTER TABLE public.rooms ADD COLUMN wing char(8);",
    use: "ALTER TABLE public.rooms ADD COLUMN wing text;",
    source: Reference.dontDoThis, alsoKnownAs: ["squawk ban-char-field"])

  static let limitedText = LintRule(
    "varchar-limit", .info, "a limit in varchar(n) is harder to change than a CHECK",
    why: """
      To shorten it rewrites the table, and views that use the column stand in the way of any \
      change. A CHECK can be added NOT VALID and exchanged.
      """,
    insteadOf: "CREATE TABLE public.notes (body varchar(200));",
    use: """
      CREATE TABLE public.notes (body text CONSTRAINT notes_body_check CHECK (length(body) <= 200));
      """,
    source: Reference.dontDoThis, alsoKnownAs: ["squawk prefer-text-field"])

  static let zoneless = LintRule(
    "timestamp-without-time-zone", .warning,
    "timestamp without time zone does not say which moment it is",
    why: """
      The offset of a value that is stored is dropped, so what is read depends on guesses about \
      where it was written. timestamptz stores the moment.
      """,
    insteadOf: "ALTER TABLE public.rooms ADD COLUMN cleaned_at timestamp;",
    use: "ALTER TABLE public.rooms ADD COLUMN cleaned_at timestamptz;",
    source: Reference.dontDoThis, alsoKnownAs: ["squawk prefer-timestamp-tz"])

  static let shortKey = LintRule(
    "short-key", .warning, "a key of 32 bits or fewer runs out",
    why: """
      An integer key ends at 2,147,483,647, and numbers are lost with every rolled-back insert. \
      Changing its type later rewrites the table and all that refer to it.
      """,
    insteadOf: "CREATE TABLE public.posts (id integer PRIMARY KEY);",
    use: "CREATE TABLE public.posts (id bigint PRIMARY KEY);",
    source: "PostgreSQL manual, section 8.1, Numeric Types: "
      + "https://www.postgresql.org/docs/current/datatype-numeric.html",
    alsoKnownAs: ["squawk prefer-bigint-over-int", "squawk prefer-bigint-over-smallint"])

  static let serial = LintRule(
    "serial-column", .info, "an identity column is easier to keep than serial",
    why: """
      serial makes a sequence with privileges and an owner of its own, which copies of the table \
      share. GENERATED … AS IDENTITY is standard SQL and belongs to the column.
      """,
    insteadOf: "CREATE TABLE public.posts (id bigserial PRIMARY KEY);",
    use: "CREATE TABLE public.posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    source: Reference.dontDoThis, alsoKnownAs: ["squawk prefer-identity"])

  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    switch change {
    case .createTable(let table):
      let keys = Set(
        table.constraints.filter { $0.kind == .primaryKey && $0.columns.count == 1 }
          .flatMap(\.columns))
      return table.columns.flatMap { column in
        typeFlaws(of: column, in: table.name)
          + keyFlaws(of: column, in: table.name, isKey: keys.contains(column.name))
      }
    case .alter(let table, .addColumn(let column, _)):
      let isKey = column.constraints.contains { $0.kind == .primaryKey }
      return typeFlaws(of: column, in: table) + keyFlaws(of: column, in: table, isKey: isKey)
        + (scene.isInUse(table) ? additionFlaws(of: column, to: table, scene) : [])
    case .alter(let table, .setType(let column, let type, let offset)):
      return typeFlaws(of: "\(table).\(column)", type, offset)
        + (scene.isInUse(table) ? changeFlaws(of: column, in: table, to: type, offset, scene) : [])
    case .alter(let table, .addIdentity(let column)):
      guard let type = scene.type(of: column, in: table), type.isShortInteger else { return [] }
      return [short("\(table).\(column)", type, nil)]
    default: return []
    }
  }

  private static func additionFlaws(
    of column: NewColumn, to table: QualifiedName, _ scene: LintScene
  ) -> [LintFlaw] {
    let object = "\(table).\(column.name)"
    func flaw(_ rule: LintRule, _ message: String, _ remedy: String) -> LintFlaw {
      LintFlaw(rule, object, message, remedy: remedy, offset: column.offset)
    }
    let rewritten = "\(table) is written anew, and cannot be read meanwhile"
    if column.isGenerated {
      return [flaw(generated, rewritten, "use a plain column, a trigger, and batches for old rows")]
    }
    if column.isCounter {
      return [
        flaw(
          counter, rewritten, "add a plain bigint, number the rows in batches, then ADD IDENTITY")
      ]
    }
    if let value = column.defaultValue {
      guard let function = DefaultVolatility.volatilePart(of: value, scene.model) else { return [] }
      return [
        flaw(
          volatileDefault,
          "\(function) may give each row another value: \(rewritten)",
          "add the column without default, SET DEFAULT next, and fill old rows in batches")
      ]
    }
    guard column.isNotNull else { return [] }
    return [
      flaw(
        required,
        "the statement fails when \(table) has a row, and inserts that do not know the "
          + "column fail after it",
        "give it a constant default, or let it be NULL first")
    ]
  }

  private static func changeFlaws(
    of column: String, in table: QualifiedName, to type: ColumnType, _ offset: Int?,
    _ scene: LintScene
  ) -> [LintFlaw] {
    let old = scene.type(of: column, in: table)
    if let old, old.changesWithoutRewrite(to: type) { return [] }
    let from = old.map { "from \($0) " } ?? ""
    return [
      LintFlaw(
        typeChange, "\(table).\(column)",
        "changing the type \(from)to \(type) may write \(table) anew, and it cannot be read meanwhile",
        remedy: "add a new column, keep both by a trigger, fill old rows in batches, then switch",
        offset: offset)
    ]
  }

  private static func typeFlaws(of column: NewColumn, in table: QualifiedName) -> [LintFlaw] {
    guard let type = column.type else { return [] }
    return typeFlaws(of: "\(table).\(column.name)", type, column.offset)
  }

  private static func typeFlaws(
    of object: String, _ type: ColumnType, _ offset: Int?
  ) -> [LintFlaw] {
    guard type.schema == nil else { return [] }
    func flaw(_ rule: LintRule, _ message: String, _ remedy: String) -> [LintFlaw] {
      [LintFlaw(rule, object, message, remedy: remedy, offset: offset)]
    }
    switch type.name {
    case "json": return flaw(json, "the type json cannot be compared", "use jsonb")
    case "bpchar":
      return flaw(blankPadded, "the type \(type) pads values with blanks", "use text")
    case "varchar" where !type.modifiers.isEmpty:
      return flaw(limitedText, "the limit of \(type) is hard to change", "use text and a CHECK")
    case "timestamp": return flaw(zoneless, "the type says no moment", "use timestamptz")
    default: return []
    }
  }

  private static func keyFlaws(
    of column: NewColumn, in table: QualifiedName, isKey: Bool
  ) -> [LintFlaw] {
    guard let type = column.type else { return [] }
    let object = "\(table).\(column.name)"
    var flaws: [LintFlaw] = []
    if isKey || column.isCounter, type.isShortInteger {
      flaws.append(short(object, type, column.offset))
    }
    if type.isSerial {
      flaws.append(
        LintFlaw(
          serial, object, "\(type) makes a sequence beside the table",
          remedy: "use bigint GENERATED ALWAYS AS IDENTITY", offset: column.offset))
    }
    return flaws
  }

  private static func short(_ object: String, _ type: ColumnType, _ offset: Int?) -> LintFlaw {
    LintFlaw(
      shortKey, object, "the key is \(type) and will run out", remedy: "use bigint", offset: offset)
  }
}
