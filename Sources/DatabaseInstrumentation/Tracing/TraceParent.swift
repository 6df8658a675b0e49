/// The position of a request in a distributed trace.
///
/// W3C Recommendation "Trace Context", section 3.2 "traceparent Header".
public struct TraceParent: Sendable, Equatable, CustomStringConvertible {
  /// `VERSION-TRACE_ID-PARENT_ID-FLAGS`.
  public let description: String

  /// The 32 hexadecimal digits that all spans of the trace share.
  public var traceID: Substring { description.dropFirst(3).prefix(32) }

  /// Reads the header's value; nil where the recommendation says to ignore it.
  public init?(_ header: String) {
    var header = header[...]
    while header.first == " " || header.first == "\t" { header.removeFirst() }
    while header.last == " " || header.last == "\t" { header.removeLast() }
    let parts = header.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[1].count == 32,
      parts[2].count == 16, parts[3].count == 2, parts.prefix(4).allSatisfy(Self.isHexadecimal),
      parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
      // Of a later version more may follow, of this one nothing.
      parts.count == 4 || parts[0] != "00"
    else { return nil }
    description = parts.prefix(4).joined(separator: "-")
  }

  private static func isHexadecimal(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
