internal import SQLSyntax

extension SQLNames {
  /// A text as SQL writes it.
  static func literal(_ text: String) -> String { (try? SQLLiteral.quoted(text)) ?? "''" }
}
