/// A session that applies migrations right now.
package struct LockHolder: Sendable, Equatable {
  /// The server's process id of the session; nil behind a pooler, where it has several.
  package var pid: Int?
  /// What the session calls itself.
  package var applicationName: String
  /// The role that is logged in.
  package var user: String
  /// Since when the session is connected, or has its lease, as the server writes it.
  package var connectedSince: String
}
