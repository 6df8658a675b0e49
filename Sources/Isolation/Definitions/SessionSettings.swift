internal import SQLSyntax

/// Reads which settings SQL sets for the session instead of the transaction.
enum SessionSettings {
  /// The setting that a call of `set_config` sets for the session; nil for none.
  static func name(ofCall fields: SyntaxNode) -> String? {
    let arguments = fields["args"]?.elements ?? []
    guard arguments.count == 3, let name = arguments[0]["A_Const"].flatMap(RoutineBody.text)
    else { return nil }
    let last = arguments[2]["NamedArgExpr"]?["arg"] ?? arguments[2]
    return isFalse(last) ? name.lowercased() : nil
  }

  /// The setting of SET without LOCAL; nil for SET LOCAL and RESET.
  static func name(ofStatement fields: SyntaxNode) -> String? {
    guard fields["kind"]?.text == "VAR_SET_VALUE", fields["is_local"] != .boolean(true) else {
      return nil
    }
    return fields["name"]?.text?.lowercased()
  }

  /// The setting of a SET that a body puts together as text.
  static func name(inText text: String) -> String? {
    let start = /(?i)^\s*set\s+(?:session\s+)?(?!local\b)([a-z_][a-z0-9_$]*\.[a-z_][a-z0-9_$.]*)/
    return text.firstMatch(of: start).map { $0.output.1.lowercased() }
  }

  private static func isFalse(_ node: SyntaxNode) -> Bool {
    let node = node["TypeCast"]?["arg"] ?? node
    guard let constant = node["A_Const"] else { return false }
    if let text = RoutineBody.text(constant) {
      return ["f", "false", "off", "no", "n", "0"].contains(text.lowercased())
    }
    // A truth value that is false is left out of the tree.
    guard let value = constant["boolval"] else { return false }
    return value["boolval"] != .boolean(true)
  }
}
