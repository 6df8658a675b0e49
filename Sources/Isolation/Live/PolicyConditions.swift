internal import Postgres

/// What decides, for one role, which rows of a table an UPDATE or DELETE reaches and may leave.
///
/// PostgreSQL manual, CREATE POLICY: a row passes if one permissive policy and all restrictive ones
/// let it pass. A statement that reads no column is not bound by the SELECT policies.
struct PolicyConditions {
  var relation: Relation
  var actor: Actor
  var policies: [PolicyDefinition]

  /// The condition for rows that are there.
  func existing(_ command: String) -> String { combined(command) { $0.using } }

  /// The condition for rows as they are afterwards.
  func new(_ command: String) -> String { combined(command) { $0.check ?? $0.using } }

  private var isBound: Bool {
    guard relation.hasRowSecurity, !actor.isUnbound else { return false }
    return relation.forcesRowSecurity || !actor.role.inherited.contains(relation.owner)
  }

  private func combined(
    _ command: String, _ expression: (PolicyDefinition) -> String?
  ) -> String {
    guard isBound else { return "true" }
    let own = policies.filter { $0.applies(to: command) && $0.binds(actor.role) }
    let ways = own.filter(\.isPermissive).compactMap { expression($0) }
    guard !ways.isEmpty else { return "false" }
    let restrictions = own.filter { !$0.isPermissive }.compactMap { expression($0) }
    let way = "(" + ways.map { "(\($0))" }.joined(separator: " OR ") + ")"
    return ([way] + restrictions.map { "(\($0))" }).joined(separator: " AND ")
  }
}
