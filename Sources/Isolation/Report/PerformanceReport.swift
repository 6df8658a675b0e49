/// How much `verify-rls --performance` looked at.
package struct PerformanceReport: Sendable, Codable, Equatable {
  /// The number of rows that a table was filled with.
  package var rows = 0
  /// The number of tenants that owned them.
  package var tenants = 0
  /// The number of tables whose policies were looked at.
  package var tables = 0
  /// The number of plans that the server was asked for.
  package var plans = 0
  /// The time it took, in seconds.
  package var seconds = 0.0
}
