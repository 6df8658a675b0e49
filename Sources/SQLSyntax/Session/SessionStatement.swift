/// Reads from one statement's syntax tree what it does to a session.
struct SessionStatement {
  let node: SyntaxNode
  /// The text that the tree was made of; the tree leaves out what it takes for zero.
  let source: String

  var effects: [SessionEffect] {
    guard let (type, fields) = node.node else { return [] }
    switch type {
    case "TransactionStmt": return transaction(fields).map { [$0] } ?? []
    case "VariableSetStmt": return setting(fields).map { [$0] } ?? []
    case "DiscardStmt": return fields["target"]?.text == "DISCARD_ALL" ? [.discardAll] : []
    case "SelectStmt": return query(fields)
    case "PrepareStmt", "DeclareCursorStmt": return countOfCalls(in: fields) > 0 ? [.defines] : []
    case "ExecuteStmt", "FetchStmt": return [.runsDefined]
    case "DoStmt":
      var mentions = false
      fields.walk { mentions = mentions || ($0.text.map(Self.mentionsSetting) ?? false) }
      return mentions ? [.unknown] : []
    // Their bodies run when they are called, and what they call may be anything.
    case "CreateFunctionStmt", "RuleStmt", "ViewStmt": return []
    default: return countOfCalls(in: fields) > 0 ? [.unknown] : []
    }
  }

  private static func mentionsSetting(_ body: String) -> Bool {
    let body = body.lowercased()
    return body.contains("set") || body.contains("execute") || body.contains("u&")
  }

  private func transaction(_ fields: SyntaxNode) -> SessionEffect? {
    let name = fields["savepoint_name"]?.text ?? ""
    let chains = fields["chain"] == .boolean(true)
    switch fields["kind"]?.text {
    case "TRANS_STMT_BEGIN", "TRANS_STMT_START": return .begin
    case "TRANS_STMT_COMMIT": return .commit(chains: chains)
    case "TRANS_STMT_PREPARE": return .commit(chains: false)
    case "TRANS_STMT_ROLLBACK": return .rollback(chains: chains)
    case "TRANS_STMT_SAVEPOINT": return .savepoint(name)
    case "TRANS_STMT_RELEASE": return .release(name)
    case "TRANS_STMT_ROLLBACK_TO": return .rollbackTo(name)
    default: return nil
    }
  }

  private func setting(_ fields: SyntaxNode) -> SessionEffect? {
    let name = SessionEffect.folded(fields["name"]?.text ?? "")
    let isLocal = fields["is_local"] == .boolean(true)
    switch fields["kind"]?.text {
    case "VAR_SET_VALUE":
      let parts = fields["args"]?.elements ?? []
      // PostgreSQL joins the parts of a list so, and refuses one for most settings.
      let texts = parts.compactMap { text(ofConstant: $0) }
      guard texts.count == parts.count else {
        return .set(name: name, value: .computed, isLocal: isLocal)
      }
      return .set(name: name, value: .text(texts.joined(separator: ", ")), isLocal: isLocal)
    case "VAR_SET_DEFAULT", "VAR_RESET":
      return .set(name: name, value: .initial, isLocal: isLocal)
    case "VAR_SET_CURRENT": return .set(name: name, value: .current, isLocal: isLocal)
    case "VAR_RESET_ALL": return .resetAll
    default: return nil
    }
  }

  /// A query's calls, when each of them is made once for each row that it gives.
  private func query(_ fields: SyntaxNode) -> [SessionEffect] {
    let count = countOfCalls(in: fields)
    guard count > 0 else { return [] }
    let isPlain = ![
      "distinctClause", "groupClause", "havingClause", "windowClause", "sortClause", "limitOffset",
      "limitCount", "larg", "intoClause", "withClause",
    ].contains { fields[$0] != nil }
    guard isPlain, ["SETOP_NONE", nil].contains(fields["op"]?.text) else { return [.unknown] }
    let targets = fields["targetList"]?.elements ?? []
    var calls: [SessionEffect.Call] = []
    for (index, target) in targets.enumerated() {
      guard let call = target["ResTarget"]?["val"].flatMap(call) else { continue }
      // A star before it stands for columns whose number is not known here.
      let hasStar = targets[..<index].contains { star in
        star["ResTarget"]?["val"]?["ColumnRef"]?["fields"]?.elements.contains {
          $0["A_Star"] != nil
        } ?? true
      }
      calls.append(call)
      calls[calls.count - 1].column = hasStar ? nil : index
    }
    if calls.isEmpty, fields["whereClause"] == nil, let call = onlySource(fields) { calls = [call] }
    // One that hides in an expression is made perhaps, or not once.
    guard calls.count == count else { return [.unknown] }
    return calls.map { .call($0) }
  }

  /// `FROM set_config(…)` and nothing else.
  private func onlySource(_ fields: SyntaxNode) -> SessionEffect.Call? {
    let sources = fields["fromClause"]?.elements ?? []
    guard sources.count == 1, let functions = sources[0]["RangeFunction"]?["functions"]?.elements,
      functions.count == 1
    else { return nil }
    let parts = functions[0]["List"]?["items"]?.elements ?? []
    var call = parts.first.flatMap(call)
    // What is asked of it may be something else than its value.
    if call?.value == .computed { return nil }
    call?.column = nil
    return call
  }

  private func call(_ node: SyntaxNode) -> SessionEffect.Call? {
    guard Self.isCall(node), let arguments = node["FuncCall"]?["args"]?.elements,
      arguments.count == 3, let isLocal = flag(arguments[2])
    else { return nil }
    let name = value(arguments[0])
    guard name != .computed else { return nil }
    return SessionEffect.Call(name: name, value: value(arguments[1]), isLocal: isLocal)
  }

  private static func isCall(_ node: SyntaxNode) -> Bool {
    guard let names = node["FuncCall"]?["funcname"]?.elements else { return false }
    return names.last?["String"]?["sval"]?.text == "set_config"
  }

  private func countOfCalls(in node: SyntaxNode) -> Int {
    var count = 0
    node.walk { if Self.isCall($0) { count += 1 } }
    return count
  }

  private func value(_ node: SyntaxNode) -> SessionEffect.Value {
    if let number = node["ParamRef"]?["number"]?.integer { return .parameter(number) }
    if let cast = node["TypeCast"] {
      // Other types may write a value in another way than it was given.
      guard let type = cast["typeName"], type["typmods"] == nil, type["arrayBounds"] == nil,
        ["text", "varchar"].contains(type["names"]?.elements.last?["String"]?["sval"]?.text ?? ""),
        let argument = cast["arg"]
      else { return .computed }
      return value(argument)
    }
    guard let constant = node["A_Const"]?["sval"] else { return .computed }
    return .text(constant["sval"]?.text ?? "")
  }

  private func flag(_ node: SyntaxNode) -> SessionEffect.Flag? {
    if let number = node["ParamRef"]?["number"]?.integer { return .parameter(number) }
    if let cast = node["TypeCast"] {
      guard cast["typeName"]?["names"]?.elements.last?["String"]?["sval"]?.text == "bool" else {
        return nil
      }
      return cast["arg"].flatMap(flag)
    }
    guard let constant = node["A_Const"] else { return nil }
    if let truth = constant["boolval"] { return .value(truth["boolval"] == .boolean(true)) }
    return constant["sval"].flatMap { SQLTruth($0["sval"]?.text ?? "")?.value }.map { .value($0) }
  }

  /// A constant as SET takes it: a text, or a number as it is written.
  private func text(ofConstant node: SyntaxNode) -> String? {
    guard let constant = node["A_Const"] else { return nil }
    if let text = constant["sval"] { return text["sval"]?.text ?? "" }
    if let number = constant["fval"]?["fval"]?.text { return number }
    guard let integer = constant["ival"] else { return nil }
    if let value = integer["ival"]?.integer, value > 0 { return String(value) }
    return number(at: constant["location"]?.integer ?? 0)
  }

  /// The integer that is written at `location`.
  ///
  /// libpg_query's JSON of PostgreSQL 15 leaves out those that are not positive.
  private func number(at location: Int) -> String? {
    let tokens = (try? Token.all(in: source)) ?? []
    var words = tokens.filter { $0.range.lowerBound >= location && !$0.isComment }.map(\.text)[...]
    let isNegative = words.first == "-"
    if isNegative || words.first == "+" { words = words.dropFirst() }
    guard let value = words.first.flatMap({ Int($0) }) else { return nil }
    return String(isNegative ? -value : value)
  }
}
