internal import Postgres

extension SeedError {
  /// What an error of the server means for the rows of a whole tenant.
  ///
  /// - Parameter what: What could not be done, for example `rows cannot be deleted`.
  static func ofTenantData(_ error: any Error, _ what: String, tenant: String? = nil) -> SeedError {
    if let error = error as? SeedError { return error }
    guard let cause = error as? PostgresError else {
      return SeedError(.transactionFailed, "\(what): \(error)")
    }
    var failure = SeedError(
      cause.code == .connectionLost ? .connectionLost : .transactionFailed,
      "\(what): \(cause.message)", cause: cause)
    failure.tenant = tenant
    switch cause.sqlState {
    case .insufficientPrivilege:
      failure.remedy = "Connect as a superuser or a role with BYPASSRLS: every row must be seen."
    case .lockNotAvailable:
      failure.remedy = "Others use the tables. Run it again, or wait longer with --lock-timeout."
    case SQLState(rawValue: "40001"), .deadlockDetected:
      failure.remedy = "Others changed the same rows at the same time. Run it again."
    default: break
    }
    return failure
  }
}
