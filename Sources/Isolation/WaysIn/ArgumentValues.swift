internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants
internal import Wording

/// Proposes values for a function's arguments out of a tenant's rows.
///
/// What fits best comes first: a column of the argument's name, then columns of tables that the
/// function's body names, then all others of the type.
struct ArgumentValues {
  var routine: Routine
  var types: [String: ArgumentType]
  var stage: Stage
  /// So many values for one argument and no more.
  private var limit: Int { runsText ? 40 : 24 }

  init(
    routine: Routine, sources: RoutineSources, types: [String: ArgumentType], stage: Stage,
    values: StageValues
  ) {
    self.routine = routine
    self.types = types
    self.stage = stage
    let source = sources.text
    self.source = source
    runsText = sources.runsText
    rows = values.rows.map { rows in
      let marked = rows.map { ($0, source.contains($0.relation.name.lowercased())) }
      return marked.filter(\.1).map(\.0) + marked.filter { !$0.1 }.map(\.0)
    }
  }

  private let source: String
  private let runsText: Bool
  /// The rows of each tenant, those of tables that the body names first.
  private let rows: [[(relation: Relation, row: SyntheticRow)]]

  /// Values for the argument at `index`, taken from the rows of `tenant`; never none.
  func values(at index: Int, of tenant: Int) -> [Argument] {
    let type = routine.argumentTypes[index]
    let name = routine.argumentNames.indices.contains(index) ? routine.argumentNames[index] : ""
    var arguments: [Argument]
    switch type {
    case "anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray", "\"any\"":
      // A NULL of a table's row type is how a generic function is told which table to read.
      arguments =
        texts(named: name, of: tenant).prefix(4).map { Argument(type: "text", value: $0) }
        + tables.prefix(6).map { Argument(type: SQLNames.of($0), value: nil) }
    case "anyarray", "anycompatiblearray":
      arguments = texts(named: name, of: tenant).prefix(4).map {
        Argument(type: "text[]", value: PostgresArray.text(of: [$0]))
      }
    case "record":
      arguments = []
    default:
      arguments = values(of: type, named: name, tenant: tenant).map {
        Argument(type: type, value: $0)
      }
    }
    var seen: Set<Argument> = []
    let nothing = Argument(type: type.hasPrefix("any") || type == "\"any\"" ? "text" : type)
    return arguments.filter { seen.insert($0).inserted }.prefix(limit) + [nothing]
  }

  private func values(of type: String, named name: String, tenant: Int) -> [String] {
    guard let kind = types[type] else { return [] }
    if let element = kind.element {
      let one = values(of: element, named: singular(name), tenant: tenant)
      let few = one.prefix(6) + (types[element]?.isText == true ? payloads(tenant) : [])
      return few.map { PostgresArray.text(of: [$0]) }
        + (one.count > 1 ? [PostgresArray.text(of: Array(one.prefix(12)))] : []) + ["{}"]
    }
    if !kind.members.isEmpty { return composites(kind.members, of: tenant) }
    let own = columnValues(of: kind, named: name, tenant: tenant)
    if kind.isText { return own.prefix(12) + special(tenant) }
    switch kind.base {
    case "json", "jsonb": return documents(of: tenant) + own + ["{}", "[]"]
    case "regclass": return tables.prefix(8).map { SQLNames.of($0) }
    case "integer", "bigint", "smallint", "numeric", "double precision", "real":
      return own + ["1", "0", "100"]
    case "boolean": return ["true", "false"]
    case "timestamp with time zone", "timestamp without time zone", "date":
      return own + ["-infinity", "infinity"]
    default: return own + kind.labels
    }
  }

  /// What breaks out of a quoted string, patterns, and names for functions that put SQL together.
  private func special(_ tenant: Int) -> [String] {
    let words = [
      "%", "", "' OR true --", "' OR '1'='1", "%' OR true --", "') OR true --", "%') OR true --",
      "true", stage.tenants[tenant],
    ]
    guard runsText else { return words }
    return words + payloads(tenant) + tables.prefix(4).map { SQLNames.of($0) }
  }

  /// What breaks out of the text that a body runs; nothing for one that runs none.
  private func payloads(_ tenant: Int) -> [String] {
    guard runsText else { return [] }
    for relation in tables {
      switch stage.model.tables[relation.oid] {
      case .root(let column), .column(let column):
        return InjectionPayloads(
          relation: relation, tenantColumn: column, tenant: stage.tenants[tenant]
        ).texts
      default: continue
      }
    }
    return []
  }

  // MARK: - Rows

  private func isMentioned(_ relation: Relation) -> Bool {
    source.contains(relation.name.lowercased())
  }

  /// The tables with tenants' rows, those that the body names first.
  private var tables: [Relation] {
    var seen: Set<UInt32> = []
    return rows[0].map(\.relation).filter { seen.insert($0.oid).inserted }
  }

  private func texts(named name: String, of tenant: Int) -> [String] {
    values(of: "text", named: name, tenant: tenant)
  }

  private func columnValues(
    of kind: ArgumentType, named name: String, tenant: Int
  ) -> [String] {
    var ranked: [[String]] = [[], [], []]
    for (relation, row) in rows[tenant] {
      for column in relation.columns {
        guard let value = row.values[column.name] ?? nil else { continue }
        let base = column.type.baseSQL.prefix { $0 != "(" }
        let isOfType =
          column.type.sql == kind.name || base == kind.base
          || (kind.isText && ["text", "character varying", "character", "citext"].contains(base))
        guard isOfType else { continue }
        let rank = names(name, column, of: relation) ? 0 : isMentioned(relation) ? 1 : 2
        ranked[rank].append(value)
      }
    }
    var seen: Set<String> = []
    return ranked.joined().filter { seen.insert($0).inserted }
  }

  /// True when an argument or a key of a document called `name` means a column: `p_room_id` means
  /// `room_id`, and `id` of `rooms`.
  private func names(_ name: String, _ column: Column, of relation: Relation) -> Bool {
    let name = plain(name)
    guard !name.isEmpty else { return false }
    let own = column.name.lowercased()
    let table = relation.name.lowercased()
    return own == name || own == name + "_id"
      || (["id", "uuid"].contains(own) && [name, name + "s", plural(name)].contains(table))
      || (["id", "uuid"].contains(own) && name.hasSuffix("_id")
        && [plural(String(name.dropLast(3))), String(name.dropLast(3))].contains(table))
  }

  private func plain(_ name: String) -> String {
    var name = name.lowercased()
    for prefix in ["_", "p_", "in_", "v_", "arg_", "a_", "i_"] where name.hasPrefix(prefix) {
      name = String(name.dropFirst(prefix.count))
      break
    }
    while name.hasSuffix("_") { name = String(name.dropLast()) }
    return name
  }

  private func plural(_ name: String) -> String {
    name.hasSuffix("y") ? name.dropLast() + "ies" : name + "s"
  }

  private func singular(_ name: String) -> String {
    name.hasSuffix("ies")
      ? name.dropLast(3) + "y" : name.hasSuffix("s") ? String(name.dropLast()) : name
  }

  // MARK: - Values of many members

  /// Rows as PostgreSQL writes composite values, with the members that a type has.
  private func composites(_ members: [String], of tenant: Int) -> [String] {
    rows[tenant].prefix(6).map { _, row in
      let items = members.map { member -> String in
        guard let value = value(named: member, in: row, tenant: tenant) else { return "" }
        return "\""
          + value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
      }
      return "(" + items.joined(separator: ",") + ")"
    }
  }

  /// Documents with a row's columns, and with the keys that the body asks for.
  private func documents(of tenant: Int) -> [String] {
    let keys = keysInSource
    return rows[tenant].prefix(4).flatMap { relation, row -> [String] in
      var members: [String: String] = [:]
      for column in relation.columns { members[column.name] = row.values[column.name] ?? nil }
      for key in keys { members[key] = value(named: key, in: row, tenant: tenant) }
      let object =
        "{"
        + members.sorted { $0.key < $1.key }.map {
          "\(JSONText.quoted($0.key)): \(JSONText.quoted($0.value))"
        }
        .joined(separator: ", ") + "}"
      return [object, "[\(object)]"]
    }
  }

  private func value(named name: String, in row: SyntheticRow, tenant: Int) -> String? {
    if let own = row.values[name] ?? nil { return own }
    for (relation, other) in rows[tenant] {
      for column in relation.columns where names(name, column, of: relation) {
        if let value = other.values[column.name] ?? nil { return value }
      }
    }
    return nil
  }

  /// The texts in quotes that follow `->` and `->>`.
  private var keysInSource: [String] {
    routine.source.split(separator: "->").dropFirst().compactMap { part in
      let rest = part.drop { $0 == ">" || $0.isWhitespace }
      guard rest.first == "'" else { return nil }
      let key = rest.dropFirst().prefix { $0 != "'" }
      return key.isEmpty ? nil : String(key)
    }
  }
}
