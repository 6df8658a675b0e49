package import AWS

/// What a local Data API serves, and how strict it is.
package struct DataAPIServerOptions: Sendable {
  /// The database behind it, as libpq takes it.
  package var conninfo: String
  /// The port on the loopback interface; 0 for any free one.
  package var port = 0
  /// The cluster's ARN that is accepted; nil accepts every well-formed one.
  package var cluster: String?
  /// The secrets' ARNs that are accepted; empty accepts every well-formed one.
  package var secrets: [String] = []
  /// The credentials that requests must be signed with; nil checks no signatures.
  package var credentials: AWSCredentials?
  /// How long a call may take; AWS: 45 seconds.
  package var callTimeout: Duration = .seconds(45)
  /// How long a transaction may lie idle; AWS: 3 minutes.
  package var idleTimeout: Duration = .seconds(180)
  /// How long a transaction may last; AWS: 24 hours.
  package var transactionLimit: Duration = .seconds(24 * 3_600)
  /// How many sessions of the database are used at most.
  package var sessionLimit = 60
  /// What goes wrong on purpose.
  package var faults: [Fault] = []

  /// Options for a database.
  package init(conninfo: String) { self.conninfo = conninfo }
}
