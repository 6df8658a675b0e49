internal import DatabaseInstrumentation
internal import Postgres
internal import Tenants

/// Defaults of the tenant column that give a row a fixed tenant when none is set.
///
/// They are computed, not read: a COALESCE that ends in a constant is as fixed as the constant. So
/// this has to come before a session's first tenant.
struct TenantDefaults: IsolationCheck {
  var runsLive: Bool { true }

  private struct Candidate {
    var relation: Relation
    var column: String
    var expression: String
    var role: String
  }

  func phrase(_ survey: Survey) -> String { "computing defaults of the tenant column" }

  func run(_ survey: inout Survey) throws -> CheckOutcome {
    let candidates = candidates(survey)
    func trials(_ context: Trial.Context) -> [RehearsalStep] {
      candidates.map {
        .trial(
          Trial(
            PipelineStatement("SELECT (\($0.expression))::text"), role: $0.role, context: context))
      }
    }
    // Those of a session that never had a tenant come first, since the others make it have one.
    let outcomes = try survey.client.rehearse(trials(.unset) + trials(.unset) + trials(.empty))
    let values = outcomes.map { $0.outcome.result?.scalar ?? "" }
    let count = candidates.count
    let findings = candidates.indices.compactMap { index -> Finding? in
      let (first, second) = (values[index], values[count + index])
      let empty = values[2 * count + index]
      // A value that comes twice is fixed; `current_setting` without a second argument refuses a
      // setting that was never made.
      let fixed = first.isEmpty ? empty : (first == second ? first : "")
      return fixed.isEmpty ? nil : finding(candidates[index], fixed)
    }
    return CheckOutcome(findings: findings, probes: outcomes.count)
  }

  private func candidates(_ survey: Survey) -> [Candidate] {
    survey.included.compactMap { relation in
      guard case .column(let column) = survey.model.tables[relation.oid],
        let expression = relation.column(column)?.defaultExpression,
        // A sequence would move, and no rollback would take it back.
        !expression.lowercased().contains("nextval"),
        let actor = survey.actors.first(where: { !$0.privileges(on: relation.oid).insert.isEmpty })
      else { return nil }
      return Candidate(
        relation: relation, column: column, expression: expression, role: actor.role.name)
    }
  }

  private func finding(_ candidate: Candidate, _ value: String) -> Finding {
    let name = candidate.relation.displayName
    let column = SQLNames.of(candidate.column)
    return Finding(
      rule: "tenant-default", severity: .warning, object: name, operation: "insert",
      role: candidate.role, message: "rows of \(name) that name no tenant get a fixed one",
      evidence: "\(candidate.column) DEFAULT \(candidate.expression) is \(value) without a tenant",
      reproduce:
        "BEGIN;\nSET LOCAL ROLE \(SQLNames.of(candidate.role));\nSELECT \(candidate.expression);\nROLLBACK;",
      fix: "ALTER TABLE \(SQLNames.of(candidate.relation)) ALTER COLUMN \(column) DROP DEFAULT;")
  }
}
