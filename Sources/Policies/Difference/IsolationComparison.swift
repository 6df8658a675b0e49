internal import Postgres

/// Holds what keeps tenants apart against what did so before.
struct IsolationComparison {
  let before: ActualState
  let after: ActualState
  private let reader: ConditionReader

  init(before: ActualState, after: ActualState) {
    self.before = before
    self.after = after
    reader = ConditionReader(catalog: after.catalog)
  }

  func changes() -> [IsolationChange] {
    let gone = before.catalog.sortedRelations.filter { after.catalog.relations[$0.oid] == nil }
    return roles() + after.catalog.sortedRelations.compactMap(change)
      + gone.filter(isOpen).map {
        IsolationChange(object: $0.displayName, effect: .tightens, changes: ["it is gone"])
      } + routines()
  }

  // MARK: - Roles

  private func roles() -> [IsolationChange] {
    after.roles.keys.sorted().compactMap { name in
      guard let now = after.roles[name], let was = before.roles[name] else { return nil }
      var changes: [String] = []
      var effect = PolicyEffect.equal
      func note(_ was: Bool, _ now: Bool, _ gained: String, _ lost: String) {
        guard was != now else { return }
        changes.append(now ? gained : lost)
        effect = effect.and(now ? .loosens : .tightens)
      }
      note(
        was.isSuperuser, now.isSuperuser, "it becomes a superuser", "it is no superuser any more")
      note(
        was.bypassesRowSecurity, now.bypassesRowSecurity, "no policy binds it any more (BYPASSRLS)",
        "policies bind it again")
      let joined = Set(now.memberships).subtracting(was.memberships).sorted()
      let left = Set(was.memberships).subtracting(now.memberships).sorted()
      if !joined.isEmpty {
        changes.append("it becomes a member of \(joined.joined(separator: ", "))")
        effect = effect.and(.loosens)
      }
      if !left.isEmpty {
        changes.append("it is no member of \(left.joined(separator: ", ")) any more")
        effect = effect.and(.tightens)
      }
      return changes.isEmpty
        ? nil : IsolationChange(object: "role " + name, effect: effect, changes: changes)
    }
  }

  // MARK: - Tables and views

  /// True when one of the roles may do something with a relation.
  private func isOpen(_ relation: Relation) -> Bool {
    before.grants[relation.oid]?.isEmpty == false || before.readableViews.contains(relation.oid)
  }

  private func change(_ relation: Relation) -> IsolationChange? {
    switch relation.kind {
    case .view: return view(relation)
    case .materializedView, .foreign: return opening(relation)
    case .table, .partitioned: return table(relation)
    }
  }

  private func table(_ relation: Relation) -> IsolationChange? {
    let policies = after.catalog.policiesByRelation[relation.oid] ?? []
    guard let old = before.catalog.relations[relation.oid] else {
      return newTable(relation, policies)
    }
    let oldPolicies = before.catalog.policiesByRelation[relation.oid] ?? []
    var changes = policyChanges(from: oldPolicies, to: policies)
    if old.hasRowSecurity != relation.hasRowSecurity {
      changes.append("row-level security is turned \(relation.hasRowSecurity ? "on" : "off")")
    }
    if old.forcesRowSecurity != relation.forcesRowSecurity {
      changes.append(
        relation.forcesRowSecurity
          ? "row-level security binds its owner too"
          : "row-level security does not bind its owner any more")
    }
    var effect = PolicyEffect.equal
    if !changes.isEmpty {
      effect =
        TableEffect(reader: reader, roles: after.roles, relation: relation).effect(
          before: .init(
            isOn: old.hasRowSecurity, isForced: old.forcesRowSecurity, policies: oldPolicies),
          after: .init(
            isOn: relation.hasRowSecurity, isForced: relation.forcesRowSecurity, policies: policies)
        ).effect
    }
    let (privileges, onPrivileges) = privilegeChanges(relation)
    changes += privileges
    guard !changes.isEmpty else { return nil }
    return IsolationChange(
      object: relation.displayName, effect: effect.and(onPrivileges), changes: changes)
  }

  /// A new table opens nothing that was there; without row-level security its own rows are open.
  private func newTable(
    _ relation: Relation, _ policies: [PolicyDefinition]
  ) -> IsolationChange? {
    let isGranted = after.grants[relation.oid]?.isEmpty == false
    guard !relation.isPartition || isGranted else { return nil }
    guard relation.hasRowSecurity else {
      return IsolationChange(
        object: relation.displayName, effect: isGranted ? .loosens : .equal,
        changes: [
          "new, without row-level security"
            + (isGranted ? ": who may use it reaches all of its rows" : "; nobody may use it")
        ])
    }
    let names = policies.map(\.name).sorted().joined(separator: ", ")
    return IsolationChange(
      object: relation.displayName, effect: .equal,
      changes: ["new, with row-level security" + (names.isEmpty ? "" : ": \(names)")])
  }

  private func policyChanges(
    from old: [PolicyDefinition], to new: [PolicyDefinition]
  ) -> [String] {
    let before = Dictionary(old.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let after = Dictionary(new.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let dropped = old.filter { after[$0.name] == nil }.map {
      "- policy \($0.name)\(PolicyText.summary($0))"
    }
    return dropped
      + new.flatMap { policy -> [String] in
        guard let was = before[policy.name] else {
          return ["+ policy \(policy.name)\(PolicyText.summary(policy))"]
        }
        guard was != policy else { return [] }
        return [
          "- policy \(policy.name)\(PolicyText.summary(was))",
          "+ policy \(policy.name)\(PolicyText.summary(policy))",
        ]
      }
  }

  private func privilegeChanges(_ relation: Relation) -> ([String], PolicyEffect) {
    let now = after.grants[relation.oid] ?? []
    let was = before.grants[relation.oid] ?? []
    func words(_ grants: Set<TableGrants.Grant>, _ sign: String, _ word: String) -> [String] {
      grants.map { grant in
        let column = grant.column.map { " (\($0))" } ?? ""
        return "\(sign) \(grant.privilege)\(column) \(word) \(grant.role)"
      }.sorted()
    }
    let (given, taken) = (now.subtracting(was), was.subtracting(now))
    let effect: PolicyEffect = given.isEmpty ? (taken.isEmpty ? .equal : .tightens) : .loosens
    return (words(given, "+", "to") + words(taken, "-", "from"), effect)
  }

  private func view(_ relation: Relation) -> IsolationChange? {
    let isInvoker = relation.isOn("security_invoker")
    let isReadable = after.readableViews.contains(relation.oid)
    guard let old = before.catalog.relations[relation.oid] else {
      guard isReadable else { return nil }
      return IsolationChange(
        object: relation.displayName, effect: isInvoker ? .equal : .unclear,
        changes: [
          isInvoker
            ? "new, reads as whoever asks"
            : "new, reads as its owner \(relation.owner), whom policies may not bind"
        ])
    }
    var changes: [String] = []
    var effect = PolicyEffect.equal
    if old.isOn("security_invoker") != isInvoker {
      changes.append(
        isInvoker ? "reads as whoever asks" : "reads as its owner \(relation.owner) now")
      effect = effect.and(isInvoker ? .tightens : .loosens)
    }
    let wasReadable = before.readableViews.contains(relation.oid)
    if wasReadable != isReadable {
      changes.append(isReadable ? "may be read now" : "may not be read any more")
      effect = effect.and(isReadable ? .loosens : .tightens)
    }
    return changes.isEmpty
      ? nil : IsolationChange(object: relation.displayName, effect: effect, changes: changes)
  }

  /// What holds rows of its own and no policies.
  private func opening(_ relation: Relation) -> IsolationChange? {
    let (changes, effect) = privilegeChanges(relation)
    return changes.isEmpty
      ? nil : IsolationChange(object: relation.displayName, effect: effect, changes: changes)
  }

  // MARK: - Functions

  /// Functions that run as their owner and that one of the roles may call.
  private func routines() -> [IsolationChange] {
    let old = Dictionary(
      before.catalog.routines.map { ($0.oid, $0) }, uniquingKeysWith: { $1 })
    func isOpen(_ routine: Routine, _ state: ActualState) -> Bool {
      routine.isSecurityDefiner && state.callable.contains(routine.oid)
    }
    return after.catalog.routines.compactMap { routine in
      let isNow = isOpen(routine, after)
      let was = old[routine.oid]
      let wasOpen = was.map { isOpen($0, before) } ?? false
      guard isNow || wasOpen else { return nil }
      if isNow != wasOpen {
        return IsolationChange(
          object: routine.displayName, effect: isNow ? .unclear : .tightens,
          changes: [
            isNow
              ? "may be called and runs as its owner \(routine.owner)"
              : "does not run as its owner for these roles any more"
          ])
      }
      guard was?.source != routine.source else { return nil }
      return IsolationChange(
        object: routine.displayName, effect: .unclear,
        changes: ["its body is another one, and it runs as its owner \(routine.owner)"])
    }
  }
}
