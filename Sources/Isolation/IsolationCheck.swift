/// One way of looking for holes.
///
/// Checks run one after another in the order of `IsolationVerifier.checks`: those of a session that
/// never had a tenant first, those that need all rows in place before those that take rows away.
protocol IsolationCheck: Sendable {
  /// What it does, for people who wait: `reading 3 views`.
  func phrase(_ survey: Survey) -> String

  /// True when it keeps to what `--live` allows: no DDL, no lock stronger than ROW EXCLUSIVE, and no
  /// row locked or changed but those made up.
  ///
  /// What does not say so is left out there, and the report tells.
  var runsLive: Bool { get }

  /// The rules that its findings name, for the report of a run that leaves it out.
  var rules: [String] { get }

  /// Looks, and says what it found.
  ///
  /// - Throws: `PostgresError` when the connection is lost or a lock does not come.
  func run(_ survey: inout Survey) throws -> CheckOutcome
}

extension IsolationCheck {
  var runsLive: Bool { false }
  var rules: [String] { [] }
}

/// What a check found, and how much it tried.
struct CheckOutcome: Sendable {
  /// The findings, in the order of the objects.
  var findings: [Finding] = []
  /// The number of probes it took.
  var probes = 0
}
