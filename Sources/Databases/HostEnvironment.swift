internal import SourceFiles

/// What a process knows that is not in a database's URL.
package struct HostEnvironment: Sendable {
  /// The environment's variables.
  package var variables: [String: String]
  /// Asked now and then while something is waited for.
  package var isCancelled: @Sendable () -> Bool

  /// What the environment says.
  package init(
    _ variables: [String: String], isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.variables = variables
    self.isCancelled = isCancelled
  }

  /// A file's text; nil when it is not there or cannot be read.
  @Sendable
  static func text(ofFile path: String) -> String? {
    guard let bytes = try? SourceFiles.bytes(ofFile: path) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
