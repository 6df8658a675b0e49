internal import SQLSyntax

/// Reads from a syntax tree what a statement changes.
///
/// The field names are those of PostgreSQL's `nodes/parsenodes.h`.
enum SchemaChangeReader {
  /// The changes of a statement; none when no rule is about its kind.
  static func changes(of node: SyntaxNode) -> [SchemaChange] {
    guard let (type, fields) = node.node else { return [] }
    switch type {
    case "CreateStmt", "CreateForeignTableStmt": return createTable(fields["base"] ?? fields)
    case "CreateTableAsStmt": return createTableAs(fields)
    case "AlterTableStmt": return alterTable(fields)
    case "IndexStmt": return createIndex(fields).map { [.createIndex($0)] } ?? []
    case "DropStmt": return drop(fields)
    case "RenameStmt": return rename(fields)
    case "AlterObjectSchemaStmt": return setSchema(fields)
    case "ViewStmt": return view(fields)
    case "TruncateStmt":
      let tables = fields["relations"]?.elements.compactMap {
        QualifiedName(rangeVar: $0["RangeVar"])
      }
      return [.truncate(tables ?? [], cascades: cascades(fields))]
    case "UpdateStmt", "DeleteStmt", "InsertStmt": return changeRows(type, fields)
    case "VacuumStmt", "ClusterStmt", "ReindexStmt", "RefreshMatViewStmt":
      return maintenance(type, fields)
    case "DropdbStmt": return fields["dbname"]?.text.map { [.dropDatabase($0)] } ?? []
    case "VariableSetStmt": return set(fields)
    default: return accessChanges(type, fields) + typeChanges(type, fields)
    }
  }

  static func cascades(_ fields: SyntaxNode) -> Bool {
    fields["behavior"]?.text == "DROP_CASCADE"
  }

  private static func createTable(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let name = QualifiedName(rangeVar: fields["relation"]) else { return [] }
    var table = NewTable(name: name)
    table.isTemporary = fields["relation"]?["relpersistence"]?.text == "t"
    table.isConditional = fields["if_not_exists"] == .boolean(true)
    table.isPartition = fields["partbound"] != nil
    table.models =
      fields["inhRelations"]?.elements.compactMap { QualifiedName(rangeVar: $0["RangeVar"]) } ?? []
    for element in fields["tableElts"]?.elements ?? [] {
      if let column = NewColumn(element) { table.columns.append(column) }
      if let constraint = NewConstraint(element) { table.constraints.append(constraint) }
      if let model = QualifiedName(rangeVar: element["TableLikeClause"]?["relation"]) {
        table.models.append(model)
      }
    }
    table.constraints += table.columns.flatMap(\.constraints)
    let keys = table.constraints.filter { $0.kind == .primaryKey }.flatMap(\.columns)
    for index in table.columns.indices where keys.contains(table.columns[index].name) {
      table.columns[index].isNotNull = true
    }
    return [.createTable(table)] + repeated(table.columns.map(\.name))
  }

  private static func createTableAs(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let name = QualifiedName(rangeVar: fields["into"]?["rel"]) else { return [] }
    guard fields["objtype"]?.text == "OBJECT_MATVIEW" else {
      var table = NewTable(name: name)
      table.isTemporary = fields["into"]?["rel"]?["relpersistence"]?.text == "t"
      return [.createTable(table)]
    }
    let sources = sources(of: fields["query"])
    return [
      .createView(
        NewView(name: name, isMaterialized: true, isInvoker: false, sources: sources))
    ]
  }

  private static func view(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let name = QualifiedName(rangeVar: fields["view"]) else { return [] }
    let options = options(fields["options"])
    let view = NewView(
      name: name, isMaterialized: false, isInvoker: isOn(options["security_invoker"]),
      sources: sources(of: fields["query"]))
    let aliases = fields["aliases"]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
    return [.createView(view)] + repeated(aliases)
  }

  /// The relations that a query names, without those of its own WITH.
  private static func sources(of query: SyntaxNode?) -> [QualifiedName] {
    var names: [QualifiedName] = []
    var own: Set<String> = []
    query?.walk { node in
      if let name = node["CommonTableExpr"]?["ctename"]?.text { own.insert(name) }
      if let name = QualifiedName(rangeVar: node["RangeVar"]) { names.append(name) }
    }
    return names.filter { $0.schema != nil || !own.contains($0.name) }
  }

  /// The values of a list of options, as text.
  static func options(_ list: SyntaxNode?) -> [String: String] {
    var options: [String: String] = [:]
    for element in (list?["List"]?["items"] ?? list)?.elements ?? [] {
      guard let option = element["DefElem"], let name = option["defname"]?.text else { continue }
      let value = option["arg"]
      options[name] =
        value?["String"]?["sval"]?.text ?? value?["Integer"]?["ival"]?.integer.map { "\($0)" }
        ?? (value == nil ? "true" : "")
    }
    return options
  }

  /// PostgreSQL manual, section 20.1.1: the values that a truth value can be given by.
  static func isOn(_ value: String?) -> Bool {
    ["true", "on", "1", "yes", "t", "y"].contains(value?.lowercased() ?? "")
  }

  private static func createIndex(_ fields: SyntaxNode) -> NewIndex? {
    guard let table = QualifiedName(rangeVar: fields["relation"]) else { return nil }
    return NewIndex(
      name: fields["idxname"]?.text, table: table,
      columns: fields["indexParams"]?.elements.map { $0["IndexElem"]?["name"]?.text } ?? [],
      method: fields["accessMethod"]?.text ?? "btree",
      isUnique: fields["unique"] == .boolean(true),
      isConcurrent: fields["concurrent"] == .boolean(true),
      isConditional: fields["if_not_exists"] == .boolean(true),
      // "inh" is left out of the tree when it is false.
      isOnly: fields["relation"]?["inh"] != .boolean(true))
  }

  private static func drop(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let kind = fields["removeType"]?.text else { return [] }
    return fields["objects"]?.elements.compactMap { object in
      let parts =
        (object["List"]?["items"] ?? object["ObjectWithArgs"]?["objname"])?.elements
        .compactMap { $0["String"]?["sval"]?.text }
        ?? object["String"]?["sval"]?.text.map { [$0] } ?? []
      if kind == "OBJECT_POLICY" {
        guard parts.count > 1 else { return nil }
        return .dropPolicy(
          parts[parts.count - 1],
          QualifiedName(
            schema: parts.count > 2 ? parts[parts.count - 3] : nil, name: parts[parts.count - 2]))
      }
      guard let name = parts.last else { return nil }
      return .drop(
        kind: kind,
        QualifiedName(schema: parts.count > 1 ? parts[parts.count - 2] : nil, name: name),
        isConcurrent: fields["concurrent"] == .boolean(true), cascades: cascades(fields))
    } ?? []
  }

  private static func rename(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let kind = fields["renameType"]?.text, let to = fields["newname"]?.text else { return [] }
    let object =
      QualifiedName(rangeVar: fields["relation"]) ?? QualifiedName(list: fields["object"])
    return [.rename(kind: kind, object, part: fields["subname"]?.text, to: to)]
  }

  private static func setSchema(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let kind = fields["objectType"]?.text, let to = fields["newschema"]?.text,
      let name = QualifiedName(rangeVar: fields["relation"])
    else { return [] }
    return [.setSchema(kind: kind, name, to: to)]
  }

  private static func changeRows(_ type: String, _ fields: SyntaxNode) -> [SchemaChange] {
    guard let table = QualifiedName(rangeVar: fields["relation"]) else { return [] }
    let assigned = { (key: String) in
      fields[key]?.elements.compactMap { $0["ResTarget"]?["name"]?.text } ?? []
    }
    switch type {
    case "UpdateStmt":
      return [.changeRows(table, "UPDATE", hasCondition: fields["whereClause"] != nil)]
        + repeated(assigned("targetList"))
    case "DeleteStmt":
      return [.changeRows(table, "DELETE", hasCondition: fields["whereClause"] != nil)]
    default:
      let repeated = repeated(assigned("cols"))
      let query = fields["selectStmt"]?["SelectStmt"]
      guard query?["valuesLists"] == nil, query?["fromClause"] != nil else { return repeated }
      return [.changeRows(table, "INSERT", hasCondition: query?["whereClause"] != nil)] + repeated
    }
  }

  private static func maintenance(_ type: String, _ fields: SyntaxNode) -> [SchemaChange] {
    let table = QualifiedName(rangeVar: fields["relation"])
    switch type {
    case "VacuumStmt":
      guard let full = options(fields["options"])["full"], isOn(full) else { return [] }
      let tables = fields["rels"]?.elements.compactMap {
        QualifiedName(rangeVar: $0["VacuumRelation"]?["relation"])
      }
      return [.rewrite("VACUUM FULL", tables?.first)]
    case "ClusterStmt": return [.rewrite("CLUSTER", table)]
    case "ReindexStmt":
      return [.reindex(table, isConcurrent: options(fields["params"])["concurrently"] != nil)]
    default:
      guard let table else { return [] }
      return [.refresh(table, isConcurrent: fields["concurrent"] == .boolean(true))]
    }
  }

  private static func set(_ fields: SyntaxNode) -> [SchemaChange] {
    guard let name = fields["name"]?.text, let value = fields["args"]?.elements.first?["A_Const"]
    else { return [] }
    let text =
      value["sval"]?["sval"]?.text ?? value["ival"].map { "\($0["ival"]?.integer ?? 0)" } ?? ""
    return [.set(name.lowercased(), text)]
  }

  private static func repeated(_ names: [String]) -> [SchemaChange] {
    var seen: Set<String> = []
    return names.filter { !seen.insert($0).inserted }.map { .repeatedColumn($0) }
  }
}
