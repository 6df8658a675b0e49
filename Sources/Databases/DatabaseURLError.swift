/// Text that names no database, or not completely.
public struct DatabaseURLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, without a full stop; it holds no password.
  public var message: String
  /// What to write instead; nil when there is nothing to advise.
  public var remedy: String?

  init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }

  /// The message and the remedy.
  public var description: String { remedy.map { "\(message); \($0)" } ?? message }
}
