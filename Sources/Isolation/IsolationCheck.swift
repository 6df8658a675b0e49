/// One way of looking for holes.
///
/// Checks run one after another in the order of `IsolationVerifier.checks`: those of a session that
/// never had a tenant first, those that need all rows in place before those that take rows away.
protocol IsolationCheck: Sendable {
  /// What it does, for people who wait: `reading 3 views`.
  func phrase(_ survey: Survey) -> String

  /// Looks, and says what it found.
  ///
  /// - Throws: `PostgresError` when the connection is lost or a lock does not come.
  func run(_ survey: inout Survey) throws -> CheckOutcome
}

/// What a check found, and how much it tried.
struct CheckOutcome: Sendable {
  /// The findings, in the order of the objects.
  var findings: [Finding] = []
  /// The number of probes it took.
  var probes = 0
}
