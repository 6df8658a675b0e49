import LocalPostgres
package import Postgres

/// A database that belongs to one test.
package struct TestDatabase: Sendable {
  /// Its name, which needs no quoting.
  package let name: String
  private let address: ServerAddress
  private let administrator: Administrator

  init(name: String, address: ServerAddress, administrator: Administrator) {
    self.name = name
    self.address = address
    self.administrator = administrator
  }

  /// One on the same server that the test itself creates.
  package init(copyOf database: TestDatabase, named name: String) {
    self.init(name: name, address: database.address, administrator: database.administrator)
  }

  /// A libpq connection string, as the superuser.
  package var conninfo: String { conninfo(role: nil) }

  /// A `postgres://` URL over TCP with the superuser's password, for other programs.
  package var url: String { address.url(database: name) }

  /// A libpq connection string.
  ///
  /// - Parameter role: The role to log in as, without a password; nil for the superuser.
  package func conninfo(role: String?) -> String {
    address.conninfo(database: name, user: role)
  }

  /// Opens a session.
  ///
  /// - Parameter role: The role to log in as; nil for the superuser.
  package func connect(as role: String? = nil) throws -> LibPQConnection {
    try LibPQConnection(conninfo: conninfo(role: role))
  }

  /// Drops the database and ends the sessions that are still in it.
  package func drop() throws {
    try administrator.run { _ in "DROP DATABASE IF EXISTS \(name) WITH (FORCE)" }
  }
}
