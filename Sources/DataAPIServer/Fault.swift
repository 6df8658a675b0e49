/// Something that goes wrong on purpose.
package struct Fault: Sendable, Equatable {
  /// What goes wrong.
  package enum Kind: String, Sendable, CaseIterable {
    /// The cluster was paused and is resuming.
    case resuming
    /// Too many requests.
    case throttling
    /// HTTP status 500, and nothing was done.
    case internalError = "internal-error"
    /// HTTP status 500, after the call was carried out.
    case internalErrorAfter = "internal-error-after"
    /// HTTP status 503, and nothing was done.
    case unavailable
    /// HTTP status 504, after the call was carried out.
    case gatewayTimeout = "gateway-timeout"
    /// The connection is closed before the call is carried out.
    case dropBefore = "drop-before"
    /// The connection is closed after the call was carried out, in place of its answer.
    case dropAfter = "drop-after"
    /// The answer comes half a second late.
    case slow
  }

  /// What goes wrong.
  package var kind: Kind
  /// The first call that it happens to, counted from 1.
  package var firstCall: Int
  /// How many calls it happens to.
  package var count: Int

  /// A fault at `firstCall` and the calls after it.
  package init(_ kind: Kind, at firstCall: Int = 1, count: Int = 1) {
    self.kind = kind
    self.firstCall = firstCall
    self.count = count
  }

  /// Reads `KIND`, `KIND@CALL`, `KINDxCOUNT` or `KIND@CALLxCOUNT`; nil for anything else.
  package init?(_ text: String) {
    let kind = text.prefix { $0.isASCII && ($0.isLetter || $0 == "-") && $0 != "x" }
    guard let kind = Kind(rawValue: String(kind)) else { return nil }
    var rest = text.dropFirst(kind.rawValue.count)
    var numbers: [Character: Int] = ["@": 1, "x": 1]
    while let mark = rest.first {
      let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      guard numbers[mark] != nil, let number = Int(digits), number > 0 else { return nil }
      numbers[mark] = number
      rest = rest.dropFirst(1 + digits.count)
    }
    self.init(kind, at: numbers["@"] ?? 1, count: numbers["x"] ?? 1)
  }
}
