import DatabaseInstrumentation
import Isolation
import Policies
import Postgres
import Tenants
import Wording

/// Tries, inside the transaction that changed policies, whether tenants are kept apart in the tables
/// that it changed.
struct PolicyVerification {
  let manifest: PolicyManifest
  /// What the manifest says of the tables.
  let desired: DesiredState
  let session: Session
  let connection: InstrumentedConnection

  /// Verifies the tables among `objects`.
  ///
  /// - Throws: `PolicyError` for a leak, and when it could not be done in time.
  func verify(_ objects: [ObjectChange], until deadline: ContinuousClock.Instant) throws {
    let tenancy = session.configuration.tenancy
    let tables = objects.filter(\.isRelation).map(\.object)
    guard !tables.isEmpty else { return }
    var options = IsolationOptions(
      roles: manifest.roles.bound, tenantColumn: manifest.tenant.column,
      tenantSetting: manifest.plainSetting ?? tenancy.setting, userSetting: tenancy.userSetting,
      tenantType: manifest.tenant.type, tables: tables)
    options.exempt = tenancy.exempt
    options.decide(desired)
    options.suppressions = session.configuration.suppressions
    options.today = CalendarDay.today
    options.values = tenancy.values
    options.context = tenancy.context
    options.deadline = deadline
    let console = session.console
    let client = InstrumentedClient(
      connection: connection,
      settings: ContextSettings(tenant: options.tenantSetting, user: tenancy.userSetting))
    let report: IsolationReport
    let pid = try connection.execute("SELECT pg_catalog.pg_backend_pid()").scalar ?? ""
    // Undoing what was tried takes its time too.
    let end = deadline - .milliseconds(50)
    let watch = DeadlineWatch(until: end, pid: pid, open: try session.connector())
    defer { watch.stop() }
    defer { console.clearStatus() }
    do {
      report = try IsolationVerifier(
        options: options, client: client,
        progress: { step in
          console.detail(step)
          console.status("trying tenants before COMMIT: \(step)")
        }
      ).verify()
      // What was cancelled counts as not tried, which must not pass for a proof.
      if ContinuousClock.now >= end { throw IsolationError.tooSlow }
    } catch IsolationError.noTenantColumn {
      // There is nothing that belongs to tenants.
      return
    } catch let error as IsolationError {
      throw PolicyError(
        .notIsolated, "whether tenants are kept apart could not be tried before COMMIT: \(error)",
        remedy: error == .tooSlow
          ? "Nothing was changed. Give it more time with --lock-timeout, or apply with --no-verify "
            + "and run dbtool verify-rls afterwards."
          : "Nothing was changed. --no-verify applies without trying.")
    } catch let error as PostgresError
      where error.sqlState == .queryCanceled || ContinuousClock.now >= end
    {
      throw PolicyError(
        .notIsolated, "\(IsolationError.tooSlow)",
        remedy: "Nothing was changed. Give it more time with --lock-timeout, or apply with "
          + "--no-verify and run dbtool verify-rls afterwards.")
    }
    session.run.count("probes", report.probes.run)
    let leaks = report.findings.filter(\.isLeak)
    guard let first = leaks.first else {
      for table in report.tables {
        for note in table.notes { console.detail("\(table.name): \(note)") }
      }
      return
    }
    let others = leaks.count > 1 ? " (and \(Plural.count(leaks.count - 1, "other finding")))" : ""
    throw PolicyError(
      .notIsolated,
      "one tenant would reach another one's rows: \(first.object), \(first.operation) as "
        + "\(first.role): \(first.message)\(others)",
      file: manifest.path,
      remedy: "Nothing was changed. What was seen: \(first.evidence). What mends it: \(first.fix)")
  }
}

extension PolicyManifest {
  /// The setting that is the tenant's id; nil where that is a claim of a token, which is found in
  /// what policies read.
  var plainSetting: String? { tenant.claim.isEmpty ? tenant.setting : nil }
}

extension IsolationOptions {
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
