internal import Postgres
internal import SQLSyntax
internal import Tenants

/// SQL that mends a hole in the policies of a table.
struct FixAdvisor {
  var relation: Relation
  /// All policies of the table.
  var policies: [PolicyDefinition]
  var actor: Actor
  var predicate: TenantPredicate

  private var table: String { SQLNames.of(relation) }

  private var role: String { SQLNames.of(actor.role) }

  private var binding: [PolicyDefinition] { policies.filter { $0.binds(actor.role) } }

  /// A permissive policy that has a say in `command` and whose expression is simply true.
  func constantPolicy(for command: String, isNewRow: Bool) -> PolicyDefinition? {
    binding.first { policy in
      guard policy.isPermissive, policy.applies(to: command) else { return false }
      let expression = isNewRow ? policy.check ?? policy.using : policy.using
      return expression == "true"
    }
  }

  func alterRole(_ attributes: String) -> String { "ALTER ROLE \(role) \(attributes);" }

  func force() -> String { "ALTER TABLE \(table) FORCE ROW LEVEL SECURITY;" }

  /// Switches row-level security on, with policies that let the role do no more than its tenant
  /// may.
  func enable() -> String {
    let enabling =
      "ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;\nALTER TABLE \(table) FORCE ROW LEVEL SECURITY;"
    let condition = predicate.condition(on: relation)
    guard !binding.isEmpty else {
      guard let condition else {
        return enabling + "\n-- then policies that let the role reach what its tenant owns"
      }
      return enabling
        + "\nCREATE POLICY \(freeName("tenant_isolation_" + actor.role.name)) ON \(table) FOR ALL TO \(role)"
        + "\n  USING (\(condition))\n  WITH CHECK (\(condition));"
    }
    guard let condition else { return enabling }
    // The policies were not in force, so nothing showed what they do; true needs no trial.
    let lax = binding.filter { $0.isPermissive && ($0.using == "true" || $0.check == "true") }
    return ([enabling] + lax.compactMap { altered($0, to: condition) }).joined(separator: "\n")
  }

  /// Narrows the policies that have a say in `command` to the tenant's rows.
  func narrow(_ command: String) -> String {
    let ways = binding.filter { $0.isPermissive && $0.applies(to: command) }
    guard let condition = predicate.condition(on: relation) else {
      let names = ways.map(\.name).joined(separator: ", ")
      return "-- make \(names) on \(table) compare the tenant of the row with the setting"
    }
    let statements = ways.compactMap { altered($0, to: condition) }
    guard statements.isEmpty else { return statements.joined(separator: "\n") }
    return
      "-- the policies of \(table) compare the tenant; what reaches further is a trigger or rule:"
      + "\n-- let its function be SECURITY INVOKER, or compare the tenant in each of its statements"
  }

  /// The policy with its expressions narrowed; nil when they are narrow enough.
  private func altered(_ policy: PolicyDefinition, to condition: String) -> String? {
    let using = policy.using.flatMap { narrowed($0, to: condition) }
    let check = policy.check.flatMap { narrowed($0, to: condition) }
    guard using != nil || check != nil else { return nil }
    var text = "ALTER POLICY \(SQLNames.of(policy.name)) ON \(table)"
    if let using { text += "\n  USING (\(using))" }
    if let check { text += "\n  WITH CHECK (\(check))" }
    return text + ";"
  }

  private func narrowed(_ expression: String, to condition: String) -> String? {
    if expression == "true" || expression == condition { return condition }
    if let comparison {
      if comparison.isEvident(in: expression) { return nil }
      if comparison.isBranch(of: expression) || comparison.isMeant(by: expression) {
        return condition
      }
    }
    let whole = ConstraintDefinition.isBracketed(expression) ? expression : "(\(expression))"
    return "\(whole) AND \(condition)"
  }

  private var comparison: TenantComparison? {
    switch predicate.model.tables[relation.oid] {
    case .root(let name), .column(let name):
      return relation.column(name).map {
        TenantComparison(column: $0, setting: predicate.setting)
      }
    default: return nil
    }
  }

  /// `name`, or `name_2` and so on when a policy has it.
  private func freeName(_ name: String) -> String {
    let taken = Set(policies.map(\.name))
    var candidate = name
    var number = 2
    while taken.contains(candidate) {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}
