import Isolation
import Policies
import Postgres
import Tenants

/// How tenants are told apart, for commands that make, take out or remove their rows.
enum SeedTenancy {
  /// What `dbtool.yaml` and the manifest of policies say, for a database.
  ///
  /// - Parameter tenantColumn: The column that the command line names.
  static func options(
    _ session: Session, tenantColumn: String? = nil, on connection: any Connection
  ) throws -> TenancyOptions {
    let tenancy = session.configuration.tenancy
    let manifest = try PolicyDirectory.manifest(
      inFolder: session.configuration.place(session.configuration.policies),
      defaults: tenancy.manifestDefaults)
    var options = IsolationOptions(roles: tenancy.roles)
    options.tenantColumn = tenantColumn ?? manifest?.tenant.column ?? tenancy.column
    options.tenantSetting = manifest?.plainSetting ?? tenancy.setting
    options.exempt = tenancy.exempt
    if let manifest { options.decide(try DesiredState.read(manifest, on: connection)) }
    return TenancyOptions(
      tenantColumn: options.tenantColumn, tenantSetting: options.tenantSetting,
      exempt: options.exempt, declared: options.declared)
  }
}
