internal import Postgres
package import SQLSyntax

/// Something that an expression says about the values of a column.
package enum ColumnHint: Sendable, Equatable, Hashable {
  /// The column is compared with this value.
  case value(String)
  /// The column is matched against this regular expression.
  case pattern(String)
  /// The column is matched against this LIKE pattern.
  case like(String)
  /// The column's length in characters, bytes or elements is compared with this number.
  case length(Int)
  /// A member of the JSON column is compared with this value.
  case member(String, String)
  /// The JSON column's members are asked for in several ways, which this document may all meet.
  case document(String)
}

/// Collects what expressions say about columns.
///
/// Hints only propose values; whether a value satisfies an expression is decided by the server.
package struct HintCollector {
  /// The hints by column, in the order they were met.
  package var hints: [String: [ColumnHint]] {
    var hints = single
    for (column, shape) in documents.shapes where !shape.isPlain {
      hints[column] = shape.documents(limit: 6).map { .document($0) } + hints[column, default: []]
    }
    return hints
  }

  /// What is said of each column by one comparison.
  private var single: [String: [ColumnHint]] = [:]
  /// What is said of the inside of JSON columns by all of them.
  private var documents: JSONShapeReader

  /// What a column is taken to be compared with where the other side is no constant but, say, a
  /// setting.
  private let context: String?

  /// Nothing collected yet.
  package init(context: String? = nil) {
    self.context = context
    documents = JSONShapeReader(context: context)
  }

  /// The constants that stand anywhere in `trees`.
  package static func constants(anywhereIn trees: [SyntaxNode]) -> [String] {
    var found: [String] = []
    for tree in trees {
      tree.walk { node in
        guard node.node?.type == "A_Const" else { return }
        found += constants(in: node).filter { !found.contains($0) }
      }
    }
    return found
  }

  /// Adds what `expression` says; text that does not parse says nothing.
  ///
  /// - Parameter valueColumn: The column that the key word VALUE stands for, in a domain's CHECK.
  package mutating func collect(_ expression: String, valueColumn: String? = nil) {
    guard let tree = try? SyntaxTree.expression(expression) else { return }
    collect(tree, valueColumn: valueColumn)
  }

  /// Adds what an expression or a statement says.
  package mutating func collect(_ tree: SyntaxNode, valueColumn: String? = nil) {
    var found: [(String, ColumnHint)] = []
    tree.walk { node in
      guard let (type, fields) = node.node else { return }
      if type == "A_Expr" { found += hints(inComparison: fields) }
    }
    for (column, hint) in found {
      let name = column == "value" ? valueColumn ?? column : column
      if single[name]?.contains(hint) != true { single[name, default: []].append(hint) }
    }
    documents.read(tree, valueColumn: valueColumn)
  }

  /// The names of all columns that `expression` mentions, and of those that its subqueries do.
  package static func columns(in expression: String) -> Set<String> {
    guard let tree = try? SyntaxTree.expression(expression) else { return [] }
    var names: Set<String> = []
    tree.walk { node in
      guard let (type, fields) = node.node, type == "ColumnRef",
        let name = fields["fields"]?.elements.last?["String"]?["sval"]?.text
      else { return }
      names.insert(name)
    }
    return names
  }

  /// The columns that a generated column is computed from.
  static func sources(of column: Column) -> Set<String> {
    column.computation.map(columns(in:)) ?? []
  }

  private func hints(inComparison fields: SyntaxNode) -> [(String, ColumnHint)] {
    let name = fields["name"]?.elements.last?["String"]?["sval"]?.text ?? ""
    guard let left = fields["lexpr"], let right = fields["rexpr"] else { return [] }
    return hints(operator: name, operand: left, other: right)
      + hints(operator: name, operand: right, other: left)
  }

  private func hints(
    operator name: String, operand: SyntaxNode, other: SyntaxNode
  ) -> [(String, ColumnHint)] {
    guard let subject = Subject(operand) else { return [] }
    if ["->>", "->", "?"].contains(name) {
      // A member that is asked for by name, whatever for: true is what flags are asked for.
      return Self.constants(in: other).map { (subject.column, .member($0, "true")) }
    }
    if let pattern = Self.similarPattern(other) { return [(subject.column, .pattern(pattern))] }
    // What is searched for stands in a call, such as to_tsquery('simple', 'word').
    let constants =
      name == "@@"
      ? Array(Self.constants(anywhereIn: [other]).suffix(1)) : Self.constants(in: other)
    return (constants.isEmpty ? [context].compactMap { $0 } : constants).map { constant in
      switch subject.view {
      case .length: (subject.column, Int(constant).map { .length($0) } ?? .value(constant))
      case .member(let key): (subject.column, .member(key, constant))
      case .itself:
        switch name {
        case "~", "~*", "!~", "!~*": (subject.column, .pattern(constant))
        case "~~", "~~*", "!~~", "!~~*": (subject.column, .like(constant))
        default: (subject.column, .value(constant))
        }
      }
    }
  }

  /// The pattern of SIMILAR TO as a regular expression; the catalog keeps it as a call.
  private static func similarPattern(_ node: SyntaxNode) -> String? {
    guard let call = node["FuncCall"],
      ["similar_to_escape", "similar_escape"].contains(
        call["funcname"]?.elements.last?["String"]?["sval"]?.text),
      let pattern = call["args"]?.elements.first.flatMap({ constants(in: $0).first })
    else { return nil }
    return pattern.map { character in
      switch character {
      case ".": "[.]"
      case "%": "[a-z]*"
      case "_": "[a-z]"
      default: String(character)
      }
    }.joined()
  }

  /// The constants that a node is, is cast from, or lists.
  package static func constants(in node: SyntaxNode) -> [String] {
    guard let (type, fields) = node.node else {
      return node.elements.flatMap(constants(in:))
    }
    switch type {
    case "A_Const":
      if let text = fields["sval"]?["sval"]?.text { return [text] }
      if let number = fields["ival"] { return [String(number["ival"]?.integer ?? 0)] }
      if let number = fields["fval"]?["fval"]?.text { return [number] }
      if let truth = fields["boolval"] {
        return [truth["boolval"] == .boolean(true) ? "true" : "false"]
      }
      return fields["sval"] != nil ? [""] : []
    case "TypeCast": return fields["arg"].map(constants(in:)) ?? []
    case "A_ArrayExpr": return fields["elements"].map(constants(in:)) ?? []
    case "List": return fields["items"].map(constants(in:)) ?? []
    case "A_Expr":
      // A negative number is a minus sign applied to a constant.
      guard fields["lexpr"] == nil, fields["name"]?.elements.last?["String"]?["sval"]?.text == "-"
      else { return [] }
      return fields["rexpr"].map(constants(in:))?.map { "-" + $0 } ?? []
    default: return []
    }
  }
}

/// The column that one side of a comparison is about.
private struct Subject {
  enum View: Equatable {
    case itself
    case length
    case member(String)
  }

  var column: String
  var view: View

  init?(_ node: SyntaxNode) {
    guard let (type, fields) = node.node else { return nil }
    switch type {
    case "ColumnRef":
      guard let name = fields["fields"]?.elements.last?["String"]?["sval"]?.text else { return nil }
      self.init(column: name, view: .itself)
    case "TypeCast":
      guard let argument = fields["arg"] else { return nil }
      self.init(argument)
    case "FuncCall":
      let name = fields["funcname"]?.elements.last?["String"]?["sval"]?.text ?? ""
      let arguments = fields["args"]?.elements ?? []
      // to_tsvector has its configuration before the text.
      guard let argument = name == "to_tsvector" ? arguments.last : arguments.first,
        let inner = Subject(argument)
      else { return nil }
      let lengths = [
        "length", "char_length", "character_length", "octet_length", "bit_length", "cardinality",
        "array_length", "jsonb_array_length", "json_array_length",
      ]
      // Of other functions nothing is known, so what they are compared with says nothing about the
      // column.
      let sameKind = [
        "to_tsvector", "lower", "upper", "btrim", "trim", "ltrim", "rtrim", "coalesce", "abs",
      ]
      guard lengths.contains(name) || sameKind.contains(name) else { return nil }
      self.init(column: inner.column, view: lengths.contains(name) ? .length : inner.view)
    case "A_Expr":
      let name = fields["name"]?.elements.last?["String"]?["sval"]?.text ?? ""
      guard name == "->>" || name == "->", let left = fields["lexpr"],
        let inner = Subject(left), let right = fields["rexpr"],
        let key = right["A_Const"]?["sval"]?["sval"]?.text
          ?? right["TypeCast"]?["arg"]?["A_Const"]?["sval"]?["sval"]?.text
      else { return nil }
      self.init(column: inner.column, view: .member(key))
    default:
      return nil
    }
  }

  init(column: String, view: View) {
    self.column = column
    self.view = view
  }
}
