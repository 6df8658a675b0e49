import Postgres
import Tenants

/// How tenants are told apart, for commands that work on the rows of one.
enum SeedTenancy {
  /// What `dbtool.yaml` and the manifest of policies say, for a database.
  ///
  /// - Parameter tenantColumn: The column that the command line names.
  static func options(
    _ session: Session, tenantColumn: String?, on connection: any Connection
  ) throws -> TenancyOptions {
    var options = try SeedGeneration.tenancy(of: session, on: connection)
    options.tenantColumn = tenantColumn ?? options.tenantColumn
    return options
  }
}
