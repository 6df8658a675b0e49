import Seeding

/// What `seed` gives to programs.
struct SeedJSON: Encodable {
  struct Step: Encodable {
    var file: String
    var tenant: String?
    var state: String
    /// Rows written, those that were updated included.
    var rows: Int?
    var updated: Int?
    var existing: Int?
  }

  var steps: [Step]
  /// Rows that are made up.
  var generated: GenerationJSON?

  static func steps(of plan: SeedPlan) -> [Step] {
    plan.steps.map { Step(file: $0.file.name, tenant: $0.tenant, state: $0.state.rawValue) }
  }

  static func steps(of report: SeedReport) -> [Step] {
    report.entries.map { entry in
      guard case .ran(let rows, _) = entry.outcome else {
        return Step(file: entry.step.file.name, tenant: entry.step.tenant, state: "skipped")
      }
      return Step(
        file: entry.step.file.name, tenant: entry.step.tenant, state: "done", rows: rows.written,
        updated: rows.updated, existing: rows.existing)
    }
  }
}
