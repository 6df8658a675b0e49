import DatabaseInstrumentation
import Isolation
import Policies

/// What `verify-rls` needs to know, from the configuration and the manifest of policies.
struct IsolationSetup {
  var options: IsolationOptions
  private let manifest: PolicyManifest?

  /// What the project's files say.
  ///
  /// - Parameter roles: The roles that are named on the command line; empty takes those of the files.
  init(_ session: Session, roles: [String] = []) throws {
    let tenancy = session.configuration.tenancy
    // What a manifest of policies says of tenants holds here too.
    manifest = try PolicyDirectory.manifest(
      inFolder: session.configuration.place(session.configuration.policies),
      defaults: tenancy.manifestDefaults)
    let known = tenancy.roles.isEmpty ? manifest?.roles.bound ?? [] : tenancy.roles
    // A role that is named twice is probed once.
    var names: Set<String> = []
    let distinct = (roles.isEmpty ? known : roles).filter { names.insert($0).inserted }
    options = IsolationOptions(roles: distinct)
    options.tenantColumn = manifest?.tenant.column ?? tenancy.column
    options.tenantSetting = manifest?.plainSetting ?? tenancy.setting
    options.context = tenancy.context
    options.userSetting = tenancy.userSetting
    options.tenantType = manifest?.tenant.type ?? tenancy.type
    options.exempt = tenancy.exempt
    options.suppressions = session.configuration.suppressions
    options.today = CalendarDay.today
    options.values = tenancy.values
  }

  /// A client for the verifier; what the manifest has decided on is known to `options` then.
  mutating func client(_ session: Session, runsDDL: Bool = true) throws -> InstrumentedClient {
    let settings = ContextSettings(tenant: options.tenantSetting, user: options.userSetting)
    let client = InstrumentedClient(
      connection: try session.connect(runsDDL: runsDDL, settings: settings), settings: settings)
    if let manifest {
      options.decide(try DesiredState.read(manifest, on: client.connection))
    }
    return client
  }
}
