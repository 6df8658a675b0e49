/// What is known about one operation on one table.
package enum OperationVerdict: String, Sendable, Codable {
  /// Probes ran, the controls passed, and nothing of another tenant was reached.
  case isolated
  /// Something of another tenant was reached.
  case leak
  /// Nothing was reached, but neither could the tenant do it with its own rows.
  case denied
  /// Nothing could be concluded.
  case inconclusive
  /// The role has no privilege for it.
  case notGranted = "not-granted"

  /// The worse of two: what a table shows when roles differ.
  package func worse(_ other: OperationVerdict) -> OperationVerdict {
    rank >= other.rank ? self : other
  }

  private var rank: Int {
    switch self {
    case .notGranted: 0
    case .denied: 1
    case .isolated: 2
    case .inconclusive: 3
    case .leak: 4
    }
  }
}

/// What is known about the whole database.
package enum OverallVerdict: String, Sendable, Codable {
  /// No finding of severity error, and nothing left open.
  case isolated
  /// At least one finding of severity error.
  case leak
  /// No such finding, but something could not be concluded.
  case inconclusive
}

/// The operations that are probed.
package enum ProbedOperation: String, Sendable, Codable, CaseIterable {
  /// SELECT.
  case select
  /// INSERT.
  case insert
  /// UPDATE.
  case update
  /// DELETE.
  case delete
}
