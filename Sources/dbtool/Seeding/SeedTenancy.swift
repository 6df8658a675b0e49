import Policies
import Postgres
import Tenants

/// How tenants are told apart, for commands that work on the rows of one: what `dbtool.yaml` and the
/// manifest of policies say.
enum SeedTenancy {
  /// The options for a database.
  ///
  /// - Parameter tenantColumn: The column that the command line names.
  static func options(
    _ session: Session, tenantColumn: String?, on connection: any Connection
  ) throws -> TenancyOptions {
    let tenancy = session.configuration.tenancy
    let manifest = try PolicyDirectory.manifest(
      inFolder: session.configuration.place(session.configuration.policies),
      defaults: tenancy.manifestDefaults)
    var options = TenancyOptions(
      tenantColumn: tenantColumn ?? manifest?.tenant.column ?? tenancy.column,
      tenantSetting: manifest?.plainSetting ?? tenancy.setting, exempt: tenancy.exempt)
    if let manifest { options.decide(try DesiredState.read(manifest, on: connection)) }
    return options
  }
}

extension TenancyOptions {
  /// Takes over how rows belong to tenants from a manifest, where that is no guess.
  mutating func decide(_ desired: DesiredState) {
    exempt.merge(desired.exempt) { said, _ in said }
    for table in desired.tables {
      switch table.isolation {
      case .root(let column): declared[table.relation.displayName] = .root(column: column)
      case .column(let column): declared[table.relation.displayName] = .column(column)
      case .global: declared[table.relation.displayName] = .global
      default: continue
      }
    }
  }
}
