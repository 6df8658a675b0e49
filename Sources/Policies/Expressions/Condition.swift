internal import SQLSyntax

/// What a policy's expression asks of a row, as far as it can be reasoned about.
///
/// A row passes when the expression is true (PostgreSQL manual, section 5.8): false and NULL are
/// one here, and only NOT has to be careful about them.
indirect enum Condition: Hashable {
  /// Always or never.
  case constant(Bool)
  /// All of several.
  case all(Set<Condition>)
  /// One of several at least.
  case any(Set<Condition>)
  /// Two terms compared by an operator that gives NULL when one of them is NULL.
  case comparison(Comparison)
  /// A term is NULL, or is not.
  case null(SyntaxNode, isNull: Bool)
  /// A row of other tables exists, or does not.
  case exists(Subquery, isThere: Bool)
  /// Anything else, by its form.
  case other(SyntaxNode)

  /// A comparison of two terms.
  struct Comparison: Hashable {
    /// `=`, `<>`, `<`, `<=`, `>` or `>=`.
    var symbol: String
    var left: SyntaxNode
    var right: SyntaxNode

    /// The same with the sides in an order of their own, so that `a = b` and `b = a` are equal.
    init(_ symbol: String, _ left: SyntaxNode, _ right: SyntaxNode) {
      let flipped = ["=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="]
      if Self.rank(right) < Self.rank(left), let other = flipped[symbol] {
        (self.symbol, self.left, self.right) = (other, right, left)
      } else {
        (self.symbol, self.left, self.right) = (symbol, left, right)
      }
    }

    /// Columns first, constants last, otherwise by their texts.
    private static func rank(_ term: SyntaxNode) -> String {
      if term["Column"] != nil { return "0" + term.orderedText }
      return (term.constant == nil ? "1" : "2") + term.orderedText
    }
  }

  /// A subquery that only matters for whether it finds a row.
  struct Subquery: Hashable {
    /// How many queries it stands in, the policy's own included.
    var level: Int
    /// The OIDs of its tables.
    var relations: [Int]
    /// What its rows have to satisfy.
    var condition: Condition
  }

  /// The conjunction of conditions.
  static func and(_ parts: [Condition]) -> Condition {
    var all: Set<Condition> = []
    for part in parts {
      switch part {
      case .constant(true): continue
      case .constant(false): return part
      case .all(let inner): all.formUnion(inner)
      default: all.insert(part)
      }
    }
    if all.isEmpty { return .constant(true) }
    if let only = all.first, all.count == 1 { return only }
    return .all(all)
  }

  /// The disjunction of conditions.
  static func or(_ parts: [Condition]) -> Condition {
    var any: Set<Condition> = []
    for part in parts {
      switch part {
      case .constant(false): continue
      case .constant(true): return part
      case .any(let inner): any.formUnion(inner)
      default: any.insert(part)
      }
    }
    if any.isEmpty { return .constant(false) }
    if let only = any.first, any.count == 1 { return only }
    return .any(any)
  }

  /// The parts that an AND joins; itself alone for anything else.
  var conjuncts: Set<Condition> {
    if case .all(let parts) = self { return parts }
    return self == .constant(true) ? [] : [self]
  }
}

extension SyntaxNode {
  /// The node as a text that is equal for equal nodes.
  var orderedText: String {
    switch self {
    case .object(let fields):
      "{"
        + fields.sorted { $0.key < $1.key }.map { $0.key + ":" + $0.value.orderedText }
        .joined(separator: ",") + "}"
    case .list(let elements): "[" + elements.map(\.orderedText).joined(separator: ",") + "]"
    case .text(let text): "\"" + text + "\""
    case .integer(let integer): String(integer)
    case .boolean(let boolean): boolean ? "true" : "false"
    case .null: "null"
    }
  }

  /// The value of a constant, casts of a string aside; nil for anything else.
  var constant: ConstantValue? {
    if let parts = self["Cast"]?.elements, parts.count == 2, let inner = parts[0].constant {
      return inner.cast(to: parts[1])
    }
    guard let fields = self["A_Const"] else {
      // A negative number is an operation on a positive one.
      if let parts = self["Operation"]?.elements, parts.count == 4,
        parts[1] == .list([.text("-")]), parts[2] == .null,
        case .number(let value)? = parts[3].constant
      {
        return .number(-value)
      }
      return nil
    }
    if let number = fields["ival"] { return .number(Double(number["ival"]?.integer ?? 0)) }
    // With more digits two numbers could become one.
    if let text = fields["fval"]?["fval"]?.text, text.utf8.count <= 15 {
      return Double(text).map { .number($0) }
    }
    if let boolean = fields["boolval"] {
      return .boolean(boolean["boolval"] == .boolean(true))
    }
    if let text = fields["sval"] { return .text(text["sval"]?.text ?? "") }
    if fields["isnull"] != nil { return .null }
    return nil
  }
}

/// The value of a constant in an expression.
enum ConstantValue: Hashable {
  case number(Double)
  case text(String)
  case boolean(Bool)
  case null

  /// The value as another type; nil where the type may have its own idea of what is equal.
  func cast(to type: SyntaxNode) -> ConstantValue? {
    guard case .object(let fields) = type, fields.count == 1,
      let names = fields["names"]?.elements, names.count == 1, let name = names[0].text
    else { return nil }
    switch self {
    case .null: return self
    case .text(let text):
      if name == "bool" { return ["t": .boolean(true), "f": .boolean(false)][text] }
      return ["text", "varchar", "uuid"].contains(name) ? self : nil
    case .number: return ["int2", "int4", "int8", "numeric"].contains(name) ? self : nil
    case .boolean: return name == "bool" ? self : nil
    }
  }
}
