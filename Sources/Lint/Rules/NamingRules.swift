internal import SQLSyntax

/// Rules about names, enumerations and domains.
enum NamingRules: LintFamily {
  static let rules = [unqualified, long, repeated, enumPlace, enumeration, domain, domainCheck]

  static let unqualified = LintRule(
    "unqualified-name", .info, "a table without its schema is looked for in the search_path",
    why: """
      Which table is meant depends on who runs the migration and what the session's search_path \
      is. Whoever may create tables in a schema that comes first can catch it.
      """,
    insteadOf: "ALTER TABLE rooms ADD COLUMN wing text;",
    use: "ALTER TABLE public.rooms ADD COLUMN wing text;",
    source: "PostgreSQL manual, section 5.9.3, The Schema Search Path: "
      + "https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATH",
    alsoKnownAs: ["squawk require-table-schema"])

  static let long = LintRule(
    "long-name", .warning, "PostgreSQL cuts names after 63 bytes",
    why: """
      It does so with no more than a notice. Two names that differ after the 63rd byte become one, \
      and a tool that knows the whole name does not find it.
      """,
    insteadOf: """
      ALTER TABLE public.rooms ADD COLUMN
        the_number_of_the_room_as_it_is_written_on_the_door_of_the_room_itself text;
      """,
    use: "ALTER TABLE public.rooms ADD COLUMN door_number text;",
    source: "PostgreSQL manual, section 4.1.1, Identifiers and Key Words: "
      + "https://www.postgresql.org/docs/current/sql-syntax-lexical.html",
    alsoKnownAs: ["squawk identifier-too-long"])

  static let repeated = LintRule(
    "repeated-column", .error, "a column that is given twice is refused",
    why: "PostgreSQL refuses a statement that declares or assigns the same column twice.",
    insteadOf: "UPDATE public.rooms SET floor = 1, floor = 2 WHERE number = '101';",
    use: "UPDATE public.rooms SET floor = 2 WHERE number = '101';",
    source: Reference.command("UPDATE"), alsoKnownAs: ["squawk ban-duplicate-column-assignments"])

  static let enumPlace = LintRule(
    "enum-value-without-place", .info, "a new enum value without a place comes last",
    why: """
      Enum values compare in the order of their definition, so a query such as state < 'closed' \
      may not find the new value where it belongs.
      """,
    insteadOf: "ALTER TYPE public.room_state ADD VALUE 'being_cleaned';",
    use: "ALTER TYPE public.room_state ADD VALUE 'being_cleaned' AFTER 'open';",
    source: Reference.command("ALTER TYPE"), alsoKnownAs: ["squawk require-enum-value-ordering"])

  static let enumeration = LintRule(
    "enum-type", .info, "values cannot be taken out of an enum",
    why: """
      A value that was added stays for good, and the order can be changed only by a new type. A \
      table of values, or text with a CHECK, can be changed as any other.
      """,
    insteadOf: "CREATE TYPE public.bed_size AS ENUM ('single', 'double');",
    use: """
      CREATE TABLE public.beds (
        size text CONSTRAINT beds_size_check CHECK (size IN ('single', 'double')));
      """,
    source: "PostgreSQL manual, section 8.7, Enumerated Types: "
      + "https://www.postgresql.org/docs/current/datatype-enum.html",
    alsoKnownAs: ["eugene W13"])

  static let domain = LintRule(
    "constrained-domain", .info, "a CHECK of a domain is hard to change",
    why: """
      A later CHECK of the domain is compared with every column of that type in every table, and a \
      column that is changed to the domain's type has its table rewritten. A CHECK at the column \
      concerns one table.
      """,
    insteadOf: "CREATE DOMAIN public.storey AS integer CHECK (value >= 0);",
    use: """
      CREATE TABLE public.floors (
        number bigint CONSTRAINT floors_number_check CHECK (number >= 0));
      """,
    source: Reference.command("CREATE DOMAIN"),
    alsoKnownAs: ["squawk ban-create-domain-with-constraint"])

  static let domainCheck = LintRule(
    "domain-check-without-not-valid", .error,
    "a CHECK that is added to a domain reads every table with a column of it",
    why: """
      The tables are locked against writing while their rows are compared with the CHECK. NOT VALID \
      makes it hold for new values at once; VALIDATE CONSTRAINT looks at the old ones in a migration \
      of its own.
      """,
    insteadOf: """
      ALTER DOMAIN public.floor_number ADD CONSTRAINT floor_number_low CHECK (value < 200);
      """,
    use: """
      ALTER DOMAIN public.floor_number
        ADD CONSTRAINT floor_number_low CHECK (value < 200) NOT VALID;
      """,
    source: Reference.command("ALTER DOMAIN"),
    alsoKnownAs: ["squawk ban-alter-domain-with-add-constraint"])

  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] {
    switch change {
    case .createTable(let table) where !table.isTemporary: return unqualified(table.name)
    case .alter(let name, _), .drop("OBJECT_TABLE", let name, _, _): return unqualified(name)
    case .repeatedColumn(let name):
      return [
        LintFlaw(
          repeated, name, "the column \(name) is given twice", remedy: "give it once")
      ]
    case .addEnumValue(let type, let value, false):
      return [
        LintFlaw(
          enumPlace, type.description, "'\(value)' comes after all other values of \(type)",
          remedy: "say BEFORE or AFTER which value it belongs")
      ]
    case .createEnum(let name):
      return [
        LintFlaw(
          enumeration, name.description, "values of \(name) can be added and never taken away",
          remedy: "use text with a CHECK, or a table of values, unless the values are for good")
      ]
    case .constrainDomain(let name, true):
      return [
        LintFlaw(
          domain, name.description,
          "the CHECK of \(name) cannot be changed without reading every table that uses it",
          remedy: "put the CHECK at the columns")
      ]
    case .constrainDomain(let name, false):
      return [
        LintFlaw(
          domainCheck, name.description,
          "nobody can write to a table with a column of \(name) while its rows are checked",
          remedy: "add NOT VALID, and VALIDATE CONSTRAINT in the next migration")
      ]
    default: return []
    }
  }

  private static func unqualified(_ name: QualifiedName) -> [LintFlaw] {
    guard name.schema == nil else { return [] }
    return [
      LintFlaw(
        unqualified, name.description, "\(name) is looked for in the search_path",
        remedy: "write its schema before it", offset: name.offset)
    ]
  }

  /// Names that PostgreSQL would cut, wherever they stand in the statement.
  static func longNames(in statement: String) -> [LintFlaw] {
    LongIdentifiers.find(in: statement).map { name, offset in
      LintFlaw(
        long, name, "\(name) has \(name.utf8.count) bytes, and PostgreSQL cuts it after 63",
        remedy: "find a shorter name", offset: offset)
    }
  }
}
