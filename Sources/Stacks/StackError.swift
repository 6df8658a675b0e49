/// Why a stack's outputs cannot be used.
package struct StackError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence without a full stop at its end.
  package var message: String
  /// What to do next.
  package var remedy: String?
  /// The output that is missing or makes no sense.
  package var output: String?

  /// A failure with its message.
  package init(_ message: String, remedy: String? = nil, output: String? = nil) {
    self.message = message
    self.remedy = remedy
    self.output = output
  }

  /// The sentence, and what to do.
  package var description: String { message + (remedy.map { "; " + $0 } ?? "") }
}
