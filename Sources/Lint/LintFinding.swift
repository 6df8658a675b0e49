package import SQLSyntax

/// Something in a file that a rule is against.
package struct LintFinding: Sendable, Equatable {
  /// The rule's name.
  package var rule: String
  /// How bad it is.
  package var severity: LintSeverity
  /// The file.
  package var file: String
  /// Where in the file.
  package var location: SourceLocation
  /// The table, column or other object that it is about.
  package var object: String
  /// What is wrong, in one sentence without a full stop.
  package var message: String
  /// What to do.
  package var remedy: String
  /// Why it is allowed, when the file says so.
  package var allowedBecause: String?

  /// `file:line:column`.
  package var place: String { "\(file):\(location)" }
}
