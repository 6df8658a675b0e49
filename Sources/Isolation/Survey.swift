internal import Instrumentation
internal import Postgres

/// What all checks work on: the database as it was read, and the rows that were made.
struct Survey {
  /// The session, inside the transaction that is rolled back.
  let client: InstrumentedClient
  let options: IsolationOptions
  let catalog: Catalog
  let model: TenancyModel
  /// The roles of the application.
  let actors: [Actor]
  /// The tables that the report is about, in order of schema and name.
  let included: [Relation]
  /// Those of them that belong to tenants and that one of the roles may use.
  let targets: [Relation]
  /// The SECURITY DEFINER functions that each role may call, by the role's name.
  let callable: [String: Set<UInt32>]
  /// The rows of the two tenants.
  var stage: Stage
  /// What the probes of tables showed.
  var results: [(probe: Probe, result: ProbeResult)] = []

  /// The connection under the client, for work that is not a tenant's.
  var connection: any Connection { client.connection }

  /// Writes scripts for psql about the rows of the stage.
  var writer: ScriptWriter {
    ScriptWriter(
      stage: stage,
      settings: ContextSettings(tenant: options.tenantSetting, user: options.userSetting))
  }

  /// Writes the condition that a tenant's rows satisfy, for fixes.
  var predicate: TenantPredicate {
    TenantPredicate(catalog: catalog, model: model, setting: options.tenantSetting)
  }
}
