internal import DatabaseInstrumentation
internal import Postgres
internal import Tenants

/// What all checks work on: the database as it was read, and the rows that were made.
struct Survey {
  /// The session, inside the transaction that is rolled back.
  let client: InstrumentedClient
  let options: IsolationOptions
  var catalog: Catalog
  let model: TenancyModel
  /// The roles of the application, and those that they can become, as far as policies bind them.
  var actors: [Actor]
  /// Roles that one of them can become and that no policy binds.
  let unbound: [Actor]
  /// The tables that the report is about, in order of schema and name.
  var included: [Relation]
  /// Those of them that belong to tenants and that one of the roles may use.
  var targets: [Relation]
  /// The SECURITY DEFINER functions that each role may call, by the role's name.
  var callable: [String: Set<UInt32>]
  /// What lies around the tables.
  let surroundings: Surroundings
  /// The rows of the two tenants.
  var stage: Stage
  /// The values of those rows.
  let values: StageValues
  /// What was tried and what was not.
  var coverage = CoverageLog()
  /// How much was looked at for what makes queries slow; nil when that was not asked for.
  var performance: PerformanceReport?
  /// The rules of checks that `--live` left out, with the reason.
  var leftOut: [(rule: String, reason: String)] = []
  /// The tables whose policies keep the tenant that a session had first.
  var keptContexts: Set<UInt32> = []
  /// What the probes of tables showed.
  var results: [(probe: Probe, result: ProbeResult)] = []
  /// What was already reported, so that a check that looks again says nothing twice.
  var reported: Set<String> = []
  /// Findings about sessions that never had a tenant, by what they are about: what is open to
  /// tenants as well is not a second finding.
  var ofUnset: [(key: String, finding: Finding)] = []

  /// The findings of `leaks`, one for each key: kept for later those of a session without a tenant,
  /// followed by the kept ones with the same beginning of the key otherwise.
  mutating func findings<Leak>(
    of leaks: [Leak], prefix: String, isUnset: Bool, key: (Leak) -> String,
    finding: (Leak) -> Finding
  ) -> [Finding] {
    var findings: [Finding] = []
    for leak in leaks where reported.insert((isUnset ? "unset " : "") + key(leak)).inserted {
      if isUnset {
        ofUnset.append((key(leak), finding(leak)))
      } else {
        findings.append(finding(leak))
      }
    }
    guard !isUnset else { return [] }
    let rest = ofUnset.filter { $0.key.hasPrefix(prefix) && !reported.contains($0.key) }
    return findings + rest.map(\.finding)
  }

  /// The connection under the client, for work that is not a tenant's.
  var connection: any Connection { client.connection }

  /// Writes scripts for psql about the rows of the stage.
  var writer: ScriptWriter {
    ScriptWriter(
      stage: stage,
      settings: ContextSettings(tenant: options.tenantSetting, user: options.userSetting),
      keptContexts: keptContexts)
  }

  /// Writes the condition that a tenant's rows satisfy, for fixes.
  var predicate: TenantPredicate {
    TenantPredicate(catalog: catalog, model: model, setting: options.tenantSetting)
  }
}
