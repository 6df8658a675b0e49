internal import Postgres

extension MigrationError {
  /// An error of the connection or the server outside any migration file.
  init(from error: any Error, doing what: String) {
    if let error = error as? MigrationError {
      self = error
      return
    }
    guard let error = error as? PostgresError else {
      self.init(.database, "\(what) failed: \(error)")
      return
    }
    switch error.code {
    case .cancelled:
      self.init(.interrupted, "interrupted while \(what)")
    case .connectionLost, .cannotConnect:
      self.init(
        .database, "the connection was lost while \(what): \(error.message)",
        remedy: "see that the server is up, then run the command again")
    case .server, .invalidRequest:
      self.init(.database, "\(what) failed: \(error.message)")
      if error.sqlState == .readOnlyTransaction {
        remedy = "connect to the primary server, and see that default_transaction_read_only is off"
      }
    }
    postgres = error
  }
}
