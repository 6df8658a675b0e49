/// A value that goes to the server beside the SQL text, never inside it.
public enum Parameter: Sendable, Equatable {
  /// SQL NULL.
  case null
  /// A value in PostgreSQL's text form; the server finds its type from where `$n` stands.
  case text(String)

  /// `value` as text, nil as NULL.
  public init(_ value: String?) {
    self = value.map(Parameter.text) ?? .null
  }
}

extension Parameter: ExpressibleByStringLiteral, ExpressibleByNilLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
  /// A text value.
  public init(stringLiteral value: String) { self = .text(value) }
  /// NULL.
  public init(nilLiteral: ()) { self = .null }
  /// An integer in decimal.
  public init(integerLiteral value: Int) { self = .text(String(value)) }
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .text(value ? "true" : "false") }
}
