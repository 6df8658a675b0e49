internal import SQLSyntax
internal import Wording

/// Finds in an expression what it says about the inside of JSON columns.
struct JSONShapeReader {
  private(set) var shapes: [String: JSONShape] = [:]
  private var valueColumn: String?
  private let context: String?
  private var random = SeededGenerator(seed: 0x150F)

  /// - Parameter context: What a place is taken to be compared with where the other side is no
  ///   constant but, say, a setting.
  init(context: String?) { self.context = context }

  /// - Parameter valueColumn: The column that the key word VALUE stands for, in a domain's CHECK.
  mutating func read(_ tree: SyntaxNode, valueColumn: String?) {
    self.valueColumn = valueColumn
    var found: [(type: String, fields: SyntaxNode)] = []
    tree.walk { node in
      if let node = node.node, ["A_Expr", "NullTest"].contains(node.type) { found.append(node) }
    }
    for (type, fields) in found {
      if type == "NullTest" {
        if fields["nulltesttype"]?.text == "IS_NOT_NULL", let place = fields["arg"].flatMap(place) {
          note(place)
        }
        continue
      }
      guard let left = fields["lexpr"], let right = fields["rexpr"] else { continue }
      let name = fields["name"]?.elements.last?["String"]?["sval"]?.text ?? ""
      // Whatever becomes of a member that is read, it has to be there.
      if let place = place(.object([type: fields])), !place.path.isEmpty { note(place) }
      compare(left, name, right)
      if ["=", "<>", "<", ">", "<=", ">="].contains(name) { compare(right, name, left) }
    }
  }

  private typealias Place = (column: String, path: [String])

  private mutating func note(_ place: Place, _ texts: [String] = []) {
    shapes[place.column, default: JSONShape()].note(place.path, texts)
  }

  private mutating func compare(_ side: SyntaxNode, _ name: String, _ other: SyntaxNode) {
    var constants = HintCollector.constants(in: other)
    if constants.isEmpty, let context, self.place(other) == nil { constants = [context] }
    if let call = side["FuncCall"], let argument = call["args"]?.elements.first,
      let place = place(argument)
    {
      switch call["funcname"]?.elements.last?["String"]?["sval"]?.text {
      case "jsonb_typeof", "json_typeof":
        return note(place, constants.flatMap { Self.samples[$0] ?? [] })
      case "jsonb_array_length", "json_array_length":
        let lengths = constants.compactMap { Int($0) }.flatMap { [$0, $0 + 1, $0 - 1] }
        return note(
          place,
          lengths.filter { (0...200).contains($0) }.map { length in
            "[" + (0..<length).map { String($0) }.joined(separator: ", ") + "]"
          })
      default: break
      }
    }
    guard let place = place(side) else { return }
    switch name {
    case "?", "?&", "?|":
      let keys = constants.flatMap { $0.hasPrefix("{") ? Self.elements(of: $0) : [$0] }
      if HintCollector.constants(in: other).isEmpty {
        // One of many, such as those with whom something is shared.
        return note(place, ["[" + keys.map(JSONText.quoted).joined(separator: ", ") + "]"])
      }
      for key in keys { note((place.column, place.path + [key])) }
    case "@>" where HintCollector.constants(in: other).isEmpty:
      note(
        place,
        constants.flatMap { [JSONText.quoted($0), $0] }.map { "[\($0)]" } + constants)
    case "@>":
      for constant in constants {
        guard let document = try? SyntaxNode(json: constant) else { continue }
        shapes[place.column, default: JSONShape()].note(place.path, document: document)
      }
    case "~", "~*":
      guard !place.path.isEmpty else { return }
      note(
        place,
        constants.compactMap { PatternSampler.sample(regularExpression: $0, using: &random) }
          .map(JSONText.quoted))
    case "~~", "~~*":
      guard !place.path.isEmpty else { return }
      note(
        place,
        constants.map { JSONText.quoted(PatternSampler.sample(like: $0, using: &random)) })
    case "=", "<>", "<", "<=", ">", ">=":
      guard !place.path.isEmpty else { return }
      note(place, constants.flatMap(Self.texts))
    default: break
    }
  }

  private static let samples = [
    "object": ["{}"], "array": ["[]", "[1]", "[{}]"], "string": ["\"text\""],
    "number": ["1", "100"], "boolean": ["true", "false"], "null": ["null"],
  ]

  /// What `->` and `->>` give for a constant that a member is compared with.
  private static func texts(_ constant: String) -> [String] {
    if let number = Int(constant) {
      return [number, number &+ 1, number &- 1].map { String($0) } + [JSONText.quoted(constant)]
    }
    // A jsonb constant, as in `body -> 'kind' = '"list"'`.
    if (try? SyntaxNode(json: constant)) != nil { return [constant, JSONText.quoted(constant)] }
    return [JSONText.quoted(constant)]
  }

  /// The elements of an array's text form, where none needs quotes.
  private static func elements(of array: String) -> [String] {
    array.filter { !"{}\"".contains($0) }.split(separator: ",").map { String($0) }
  }

  /// The place in a column that an expression reads.
  private func place(_ node: SyntaxNode) -> Place? {
    guard let (type, fields) = node.node else { return nil }
    switch type {
    case "ColumnRef":
      return fields["fields"]?.elements.last?["String"]?["sval"]?.text.map { name in
        (name == "value" ? valueColumn ?? name : name, [])
      }
    case "TypeCast": return fields["arg"].flatMap(place)
    case "FuncCall", "CoalesceExpr":
      let name = fields["funcname"]?.elements.last?["String"]?["sval"]?.text ?? "coalesce"
      guard ["coalesce", "lower", "upper", "btrim", "length", "char_length"].contains(name) else {
        return nil
      }
      return fields["args"]?.elements.first.flatMap(place)
    case "A_Expr":
      guard let left = fields["lexpr"].flatMap(place),
        let member = fields["rexpr"].flatMap({ HintCollector.constants(in: $0).first })
      else { return nil }
      switch fields["name"]?.elements.last?["String"]?["sval"]?.text {
      case "->", "->>": return (left.column, left.path + [member])
      case "#>", "#>>": return (left.column, left.path + Self.elements(of: member))
      default: return nil
      }
    default: return nil
    }
  }
}
