internal import Postgres
internal import SQLSyntax
internal import Tenants

extension Equivalence {
  func ofPolicy(_ policy: PolicyDefinition) -> String? {
    guard let relation = mutant.relation else { return nil }
    guard relation.hasRowSecurity else {
      return "row-level security is not enabled on the table, so no policy is in force"
    }
    return unused(relation) ?? unchanged(relation) ?? allClosed(relation)
      ?? ownRowsOnly(policy) ?? noNull(policy, relation) ?? sameComparisons(policy, relation)
      ?? alreadyOpen(relation, to: policy)
  }

  func ofTable() -> String? {
    guard let relation = mutant.relation else { return nil }
    if mutant.operator == .notForced {
      let isOwner = after.actors.contains { $0.role.memberships.contains(relation.owner) }
      let lent = Delegation(survey: after, sources: sources)
        .commands(on: relation, as: relation.owner)
      if isOwner { return nil }
      if lent.isEmpty {
        return "no role is or becomes its owner, nor does a view or function run as the owner"
      }
      let isUnbound = owners.contains {
        $0.name == relation.owner && ($0.isSuperuser || $0.bypassesRowSecurity)
      }
      return isUnbound ? "its owner is a superuser or has BYPASSRLS, whom FORCE does not bind" : nil
    }
    return unused(relation) ?? passedBefore(relation) ?? alreadyOpen(relation, to: nil)
  }

  func unused(_ relation: Relation) -> String? {
    let isUsed = after.actors.contains { !$0.commands(on: relation.oid).isEmpty }
    guard !isUsed, !Delegation(survey: after, sources: sources).reaches(relation) else {
      return nil
    }
    return "no role may use the table, by itself or through a view or function"
  }

  /// Nothing of what applies to the roles is different.
  func unchanged(_ relation: Relation) -> String? {
    let isUnchanged =
      after.actors.allSatisfy { actor in
        actor.commands(on: relation.oid).allSatisfy { isSame(relation, actor.role, $0) }
      }
      && delegates(relation).allSatisfy { owner, commands in
        commands.allSatisfy { isSame(relation, owner, $0) }
      }
    guard isUnchanged else { return nil }
    return "what applies to the roles, by their privileges and the policies' roles, is the same"
  }

  static let commands = ["SELECT", "INSERT", "UPDATE", "DELETE"]

  /// The roles bound by policies as which views and functions of the application reach a relation,
  /// and the commands that they lend.
  private func delegates(
    _ relation: Relation
  ) -> [(role: RoleAttributes, commands: Set<String>)] {
    let delegation = Delegation(survey: after, sources: sources)
    return owners.filter { !$0.isSuperuser && !$0.bypassesRowSecurity }
      .map { ($0, delegation.commands(on: relation, as: $0.name)) }
  }

  /// The expressions that decide what a role may do, each with its kind.
  private func expressions(
    _ survey: Survey, _ relation: Relation, _ role: RoleAttributes, _ command: String
  ) -> Set<String> {
    let policies = survey.stage.catalog.policiesByRelation[relation.oid, default: []].filter {
      $0.applies(to: command) && $0.binds(role)
    }
    return Set(
      policies.flatMap { policy in
        var parts: [String] = []
        let kind = policy.isPermissive ? "permissive" : "restrictive"
        if command != "INSERT" { parts.append("\(kind) using \(policy.using ?? "")") }
        if command == "INSERT" || command == "UPDATE" {
          parts.append("\(kind) check \(policy.check ?? policy.using ?? "")")
        }
        return parts
      })
  }

  /// Nothing can be lost where every row passed before.
  private func passedBefore(_ relation: Relation) -> String? {
    let passed = before.actors.allSatisfy { actor in
      actor.commands(on: relation.oid).allSatisfy { command in
        let all = expressions(before, relation, actor.role, command)
        return !all.isEmpty && all.allSatisfy { $0.hasSuffix(" true") }
      }
    }
    return passed ? "its policies let every row pass as well" : nil
  }

  /// Each command is as it was, or still goes through a comparison with the setting.
  private func allClosed(_ relation: Relation) -> String? {
    guard after.model.tables[relation.oid]?.isOwned == true else { return nil }
    let tightness = self.tightness
    let isClosed =
      after.actors.allSatisfy { actor in
        actor.commands(on: relation.oid).allSatisfy { command in
          isSame(relation, actor.role, command) || self.isClosed(command, relation, actor)
        }
      }
      && delegates(relation).allSatisfy { owner, commands in
        commands.allSatisfy { command in
          isSame(relation, owner, command)
            || [false, true].allSatisfy {
              tightness.isClosed(relation, to: command, for: owner, isNewRow: $0)
            }
        }
      }
    return isClosed ? "what remains still compares the tenant with the setting" : nil
  }

  private func isSame(_ relation: Relation, _ role: RoleAttributes, _ command: String) -> Bool {
    expressions(before, relation, role, command) == expressions(after, relation, role, command)
  }

  /// Only what the tenant is compared with is written differently.
  private func sameComparisons(_ policy: PolicyDefinition, _ relation: Relation) -> String? {
    let now = after.stage.catalog.policiesByRelation[relation.oid, default: []]
      .first { $0.name == policy.name }
    guard mutant.operator == .nullIfRemoved, let now else { return nil }
    let pairs = [(policy.using, now.using), (policy.check, now.check)]
    let isSame = pairs.allSatisfy { old, new in
      old.flatMap(tightness.skeleton) == new.flatMap(tightness.skeleton)
    }
    return isSame ? "an empty setting is an error, or the id of a tenant of that name" : nil
  }

  private func isClosed(_ command: String, _ relation: Relation, _ actor: Actor) -> Bool {
    let tightness = self.tightness
    func isClosed(isNewRow: Bool) -> Bool {
      tightness.isClosed(relation, to: command, for: actor.role, isNewRow: isNewRow)
    }
    let writesTenant = canWriteTenant(relation, actor, command)
    switch command {
    case "INSERT": return !writesTenant || isClosed(isNewRow: true)
    case "UPDATE":
      let (reachesNone, passesNone) = (isClosed(isNewRow: false), isClosed(isNewRow: true))
      // A session without a tenant has none that it could give rows to.
      let isNobody = mutant.operator == .orUnset || mutant.operator == .orEmpty
      if isNobody { return reachesNone || passesNone }
      // Rows of others that are reached have to pass WITH CHECK as they are, unless they can be
      // given to another tenant.
      return reachesNone ? !writesTenant || passesNone : passesNone && !writesTenant
    default: return isClosed(isNewRow: false)
    }
  }

  private func canWriteTenant(_ relation: Relation, _ actor: Actor, _ command: String) -> Bool {
    let privileges = actor.privileges(on: relation.oid)
    let writable = command == "INSERT" ? privileges.insert : privileges.update
    switch after.model.tables[relation.oid] {
    case .root(let column), .column(let column): return writable.contains(column)
    case .parent(let name, _):
      let key = catalog.constraints(of: relation.oid).first {
        $0.kind == .foreignKey && $0.name == name
      }
      return key.map { !writable.isDisjoint(with: $0.columns) } ?? true
    default: return !writable.isEmpty
    }
  }

  /// What applies to more commands or roles than before adds nobody's rows but the tenant's.
  private func ownRowsOnly(_ policy: PolicyDefinition) -> String? {
    guard [.commandWidened, .policyToPublic].contains(mutant.operator) else { return nil }
    let isTight = after.actors.allSatisfy { actor in
      [policy.using, policy.check].compactMap { $0 }
        .allSatisfy { tightness.comparesTenant($0, as: actor.role) }
    }
    return isTight ? "the policy lets only rows of the tenant in the setting pass" : nil
  }

  private func noNull(_ policy: PolicyDefinition, _ relation: Relation) -> String? {
    guard mutant.operator == .notDistinct else { return nil }
    if after.tenantColumn(of: relation)?.isNotNull == true {
      return "the tenant column refuses NULL"
    }
    guard case .policy(_, let clause?) = mutant.subject,
      let expression = clause == .using ? policy.using : policy.check,
      tightness.admitsNoTenant(expression)
    else { return nil }
    return "rows without a tenant passed before"
  }

  func alreadyOpen(_ relation: Relation, to policy: PolicyDefinition?) -> String? {
    known.first { finding in
      finding.severity == .error && finding.object == relation.displayName
        && policy?.applies(to: finding.operation.uppercased()) != false
    }.map { "the table is open to \($0.operation) already: \($0.rule)" }
  }
}
