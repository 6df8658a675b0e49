/// What running the seed files would do, before it is done.
///
/// Files run in the order of their names; each file for all tenants before the next file. A step is
/// skipped when the ledger knows it with the same contents, and run again when they changed.
package struct SeedPlan: Sendable, Equatable, CustomStringConvertible {
  /// The longest tenant id, in bytes: it is part of the ledger's key, and an index entry has a
  /// limit.
  package static let tenantLimit = 1_024

  /// All steps in order, those that will be skipped included.
  package var steps: [SeedStep]

  /// The plan for `directory` and `tenants` against what the ledger holds.
  ///
  /// A tenant that is named twice counts once.
  ///
  /// - Throws: `SeedError` when there are files for tenants and no tenant, or a tenant id that
  ///   cannot be one.
  init(
    directory: SeedDirectory, tenants: [String], ledger: SeedLedger.Contents
  ) throws(SeedError) {
    let tenants = try Self.distinct(tenants)
    if tenants.isEmpty, let file = directory.files.first(where: { $0.scope == .tenant }) {
      throw SeedError(
        .noTenants, "the file runs once for each tenant, and no tenant is named", file: file.path,
        remedy:
          "Name one by --tenant or seed.tenants in dbtool.yaml, or begin a file that runs once "
          + "with -- dbtool: as-admin.")
    }
    steps = directory.files.flatMap { file in
      let scopes: [String?] = file.scope == .administrator ? [nil] : tenants
      return scopes.map { tenant in
        var step = SeedStep(file: file, tenant: tenant, state: .new)
        if let checksum = ledger[step.key] {
          step.state = checksum == file.checksum ? .unchanged : .changed
        }
        return step
      }
    }
  }

  /// The steps that will run.
  package var pending: [SeedStep] { steps.filter { $0.state != .unchanged } }

  /// True when there is nothing to run.
  package var isEmpty: Bool { steps.allSatisfy { $0.state == .unchanged } }

  /// One line a step that will run, and how many will be skipped.
  package var description: String {
    let pending = pending
    guard !pending.isEmpty else { return "seeds: nothing to do" }
    var lines = pending.map { step in
      (step.state == .new ? "new      " : "changed  ") + step.description
    }
    let skipped = steps.count - pending.count
    if skipped > 0 { lines.append("unchanged: \(skipped)") }
    return lines.joined(separator: "\n")
  }

  /// The tenants, each once.
  ///
  /// By their bytes: Swift takes two spellings of an accented letter for the same text, PostgreSQL does
  /// not.
  ///
  /// - Throws: `SeedError` for an id that cannot be one.
  static func distinct(_ tenants: [String]) throws(SeedError) -> [String] {
    for tenant in tenants { try check(tenant) }
    var seen: Set<[UInt8]> = []
    return tenants.filter { seen.insert(Array($0.utf8)).inserted }
  }

  private static func check(_ tenant: String) throws(SeedError) {
    let problem: String
    if tenant.isEmpty {
      problem = "a tenant id is empty"
    } else if tenant.utf8.contains(0) {
      problem = "a tenant id contains a NUL character, which no PostgreSQL text can hold"
    } else if tenant.utf8.count > tenantLimit {
      problem = "a tenant id is \(tenant.utf8.count) bytes long; \(tenantLimit) are allowed"
    } else {
      return
    }
    var error = SeedError(.invalidTenant, problem)
    error.tenant = tenant
    throw error
  }
}
