internal import Wording

/// What is told of a statement to whoever reads the server's log or `pg_stat_activity`.
///
/// The form is that of sqlcommenter: `/*key='value',…*/` behind the statement, keys in order, values
/// percent-encoded.
public struct StatementTrace: Sendable, Equatable {
  /// The keys and their values, for example `application` and `traceparent`.
  public var tags: [String: String]

  /// Tags of one's own, and the position in a trace.
  public init(_ parent: TraceParent? = nil, tags: [String: String] = [:]) {
    self.tags = tags
    if let parent { self.tags["traceparent"] = parent.description }
  }

  /// `sql` with the comment behind it; as it is when it has a comment already, as the specification asks.
  public func commented(_ sql: String) -> String {
    guard !tags.isEmpty, !Self.hasComment(sql) else { return sql }
    let pairs = tags.sorted { $0.key < $1.key }
      .map { "\(PercentEncoding.encoded($0.key.utf8))='\(PercentEncoding.encoded($0.value.utf8))'" }
    // Behind a semicolon it would be a statement of its own, which some transports refuse.
    var statement = sql[...]
    while let last = statement.utf8.last, last == UInt8(ascii: ";") || last <= UInt8(ascii: " ") {
      statement.removeLast()
    }
    return "\(statement) /*\(pairs.joined(separator: ","))*/"
  }

  /// True where there is a comment, or what looks like one.
  private static func hasComment(_ sql: String) -> Bool {
    var previous: UInt8 = 0
    for byte in sql.utf8 {
      if previous == byte, byte == UInt8(ascii: "-") { return true }
      if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "*") { return true }
      previous = byte
    }
    return false
  }
}
