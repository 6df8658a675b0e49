internal import Postgres

/// What a change of all policies of a table does to what each role can reach.
struct TableEffect {
  /// The policies of a table, and whether they count.
  struct State {
    var isOn: Bool
    var isForced: Bool
    var policies: [PolicyDefinition]
  }

  let reader: ConditionReader
  let roles: [String: RoleAttributes]
  let relation: Relation

  /// The effect for all roles and commands together.
  func effect(before: State, after: State) -> (isNeverLooser: Bool, effect: PolicyEffect) {
    var isNeverLooser = true
    var effect = PolicyEffect.equal
    var known: Set<[Condition]> = []
    for role in actors(before, after) {
      for command in ["SELECT", "INSERT", "UPDATE", "DELETE"] {
        for isNewRow in [false, true]
        where isNewRow
          ? command != "DELETE" && command != "SELECT"
          : command != "INSERT"
        {
          let old = condition(before, role, command, isNewRow: isNewRow)
          let new = condition(after, role, command, isNewRow: isNewRow)
          guard old != new, known.insert([old, new]).inserted else { continue }
          let comparison = ConditionComparison(before: old, after: new)
          isNeverLooser = isNeverLooser && comparison.isNeverLooser
          effect = effect.and(comparison.effect)
        }
      }
    }
    return (isNeverLooser, effect)
  }

  /// Somebody whom policies may bind: a role that exists, or any other one.
  private enum Actor: Hashable {
    case role(String)
    case anybody
    case owner
  }

  private func actors(_ before: State, _ after: State) -> [Actor] {
    let named = Set((before.policies + after.policies).flatMap(\.roles)).union(roles.keys)
    return named.sorted().map { .role($0) } + [.anybody, .owner]
  }

  private func condition(
    _ state: State, _ actor: Actor, _ command: String, isNewRow: Bool
  ) -> Condition {
    guard state.isOn else { return .constant(true) }
    let isBound: (PolicyDefinition) -> Bool
    switch actor {
    case .anybody: isBound = { $0.roles.isEmpty }
    case .owner:
      guard state.isForced else { return .constant(true) }
      let name = relation.owner
      if let role = roles[name] {
        isBound = { $0.binds(role) }
      } else {
        isBound = { $0.roles.isEmpty || $0.roles.contains(name) }
      }
    case .role(let name):
      let attributes = roles[name]
      if attributes?.isSuperuser == true || attributes?.bypassesRowSecurity == true {
        return .constant(true)
      }
      if attributes?.inherited.contains(relation.owner) ?? (name == relation.owner),
        !state.isForced
      {
        return .constant(true)
      }
      isBound = { policy in
        attributes.map { policy.binds($0) } ?? (policy.roles.isEmpty || policy.roles.contains(name))
      }
    }
    let policies = state.policies.filter { $0.applies(to: command) && isBound($0) }
    func condition(_ policy: PolicyDefinition) -> Condition {
      let expression = isNewRow ? policy.check ?? policy.using : policy.using
      return expression.map { reader.condition($0, of: relation) } ?? .constant(true)
    }
    let permissive = policies.filter(\.isPermissive).map { condition($0) }
    let restrictive = policies.filter { !$0.isPermissive }.map { condition($0) }
    return .and([.or(permissive)] + restrictive)
  }
}
