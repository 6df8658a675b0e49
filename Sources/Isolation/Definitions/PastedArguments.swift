internal import Postgres
internal import SQLSyntax

/// Follows the text arguments of a function to where its body pastes them into SQL.
///
/// An argument that is quoted, cast to another type, compared with what it may be, or assigned anew
/// is not followed further, so nothing is said of bodies that look after their arguments.
struct PastedArguments {
  /// The names that hold text of the caller's, arguments and variables.
  private var names: Set<String> = []
  /// The numbers of the arguments that do, for `$1`.
  private var numbers: Set<Int> = []

  /// Starts with the arguments of `routine` that may hold any text.
  ///
  /// - Parameters:
  ///   - statements: The statements of the body, in which arguments may be checked.
  ///   - checkers: Functions of the user's, which may refuse what they are given.
  ///   - assigned: What variables are given.
  init(
    _ routine: Routine, statements: [SyntaxNode], checkers: Set<String>,
    assigned: [(variable: String, value: SyntaxNode)] = []
  ) {
    var checked: Set<String> = []
    for statement in statements { Self.noteChecks(in: statement, checkers, &checked) }
    for (index, type) in routine.argumentTypes.enumerated() where Self.isText(type) {
      let name =
        routine.argumentNames.indices.contains(index)
        ? routine.argumentNames[index].lowercased() : ""
      guard !checked.contains(name), !checked.contains("$\(index + 1)") else { continue }
      if !name.isEmpty { names.insert(name) }
      numbers.insert(index + 1)
    }
    for (variable, value) in assigned where names.contains(variable) && !isPasted(value) {
      names.remove(variable)
    }
    var count = -1
    while count != names.count {
      count = names.count
      for (variable, value) in assigned where isPasted(value) { names.insert(variable) }
    }
  }

  /// True when the text that `node` gives holds an argument as it is.
  func isPasted(_ node: SyntaxNode) -> Bool {
    if let targets = node["SelectStmt"]?["targetList"]?.elements {
      return targets.contains { isPasted($0["ResTarget"]?["val"] ?? .null) }
    }
    guard let (type, fields) = node.node else { return false }
    func any(_ names: String...) -> Bool {
      names.contains { name in
        guard let field = fields[name] else { return false }
        return field.elements.isEmpty ? isPasted(field) : field.elements.contains(where: isPasted)
      }
    }
    switch type {
    case "ColumnRef":
      let last = fields["fields"]?.elements.last?["String"]
      let name = last?["sval"]?.text ?? last?["str"]?.text
      return name.map { names.contains($0.lowercased()) } ?? false
    case "ParamRef": return fields["number"]?.integer.map { numbers.contains($0) } ?? false
    case "A_Expr":
      let name = fields["name"]?.elements.first?["String"]
      return (name?["sval"]?.text ?? name?["str"]?.text) == "||" && any("lexpr", "rexpr")
    case "TypeCast":
      let names = fields["typeName"]?["names"]?.elements.last?["String"]
      let target = names?["sval"]?.text ?? names?["str"]?.text ?? ""
      return Self.isText(target) && any("arg")
    case "CoalesceExpr", "MinMaxExpr": return any("args")
    case "CaseExpr":
      return any("defresult")
        || (fields["args"]?.elements ?? []).contains {
          isPasted($0["CaseWhen"]?["result"] ?? .null)
        }
    case "A_ArrayExpr": return any("elements")
    case "FuncCall": return passesOn(fields)
    default: return false
    }
  }

  private func passesOn(_ fields: SyntaxNode) -> Bool {
    let last = fields["funcname"]?.elements.last?["String"]
    let name = last?["sval"]?.text ?? last?["str"]?.text ?? ""
    let arguments = fields["args"]?.elements ?? []
    if name == "format", let first = arguments.first {
      guard let constant = first["A_Const"].flatMap(RoutineBody.text) else {
        return isPasted(first)
      }
      return Self.pasted(by: constant).contains { number in
        arguments.indices.contains(number) && isPasted(arguments[number])
      }
    }
    let passing: Set<String> = [
      "concat", "concat_ws", "array_to_string", "string_agg", "replace", "lower", "upper", "btrim",
      "ltrim", "rtrim", "substr", "substring", "left", "right", "nullif", "unnest",
    ]
    return passing.contains(name) && arguments.contains(where: isPasted)
  }

  /// The arguments of `format` that `%s` puts in as they are, counted from 1.
  private static func pasted(by format: String) -> Set<Int> {
    var numbers: Set<Int> = []
    var next = 1
    for match in format.replacing("%%", with: "").matches(
      of: /%(?:([0-9]+)\$)?-?[0-9]*([sIL])/)
    {
      let number = match.output.1.flatMap { Int($0) } ?? next
      next = number + 1
      if match.output.2 == "s" { numbers.insert(number) }
    }
    return numbers
  }

  /// True for types whose values may hold any text.
  private static func isText(_ type: String) -> Bool {
    let base = type.hasSuffix("[]") ? String(type.dropLast(2)) : type
    return [
      "text", "varchar", "character varying", "bpchar", "character", "citext", "name",
    ].contains(base.prefix { $0 != "(" }.description)
  }

  // MARK: - Checks

  /// Notes the arguments that are compared with what they may be.
  private static func noteChecks(
    in statement: SyntaxNode, _ checkers: Set<String>, _ checked: inout Set<String>
  ) {
    var found: Set<String> = []
    statement.walk { node in
      guard let (type, fields) = node.node else { return }
      switch type {
      case "A_Expr":
        guard let left = fields["lexpr"], let right = fields["rexpr"] else { return }
        let name = fields["name"]?.elements.first?["String"]
        let symbol = name?["sval"]?.text ?? name?["str"]?.text ?? ""
        guard ["=", "<>", "~", "!~", "~*", "!~*"].contains(symbol) else { return }
        // That it is not empty says nothing.
        if right["A_Const"].flatMap(RoutineBody.text) == "" { return }
        for argument in names(of: left) { found.insert(argument) }
      case "CaseExpr":
        if let subject = fields["arg"] { found.formUnion(names(of: subject)) }
      case "TypeCast":
        let target = fields["typeName"]?["names"]?.elements.last?["String"]
        let type = target?["sval"]?.text ?? target?["str"]?.text ?? ""
        if type.hasPrefix("reg"), let subject = fields["arg"] {
          found.formUnion(names(of: subject))
        }
      case "FuncCall":
        let last = fields["funcname"]?.elements.last?["String"]
        let name = last?["sval"]?.text ?? last?["str"]?.text ?? ""
        if name.hasPrefix("to_reg") || checkers.contains(name) {
          for argument in fields["args"]?.elements ?? [] { found.formUnion(names(of: argument)) }
        }
      default: break
      }
    }
    checked.formUnion(found)
  }

  /// The arguments that `node` names, itself or under functions.
  private static func names(of node: SyntaxNode) -> Set<String> {
    var found: Set<String> = []
    node.walk { node in
      if let number = node["ParamRef"]?["number"]?.integer { found.insert("$\(number)") }
      let last = node["ColumnRef"]?["fields"]?.elements.last?["String"]
      if let name = last?["sval"]?.text ?? last?["str"]?.text { found.insert(name.lowercased()) }
    }
    return found
  }
}
