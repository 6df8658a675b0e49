internal import Postgres

/// Says why a mutant that nothing noticed is as tight as the schema it was made from.
///
/// A reason is something that the catalog shows, and never that the probes saw nothing. Without one
/// the mutant counts as survived.
struct Equivalence {
  /// The database without the mutant.
  var before: Survey
  /// And with it.
  var after: Survey
  var mutant: Mutant
  /// The findings without it.
  var known: [Finding]
  /// What each view reads, directly or not.
  var sources: [UInt32: Set<UInt32>]
  /// The roles as which views and functions run.
  var owners: [RoleAttributes]

  private var catalog: Catalog { after.stage.catalog }

  private var reader: PolicyTightness { reader(of: after) }

  private func reader(of survey: Survey) -> PolicyTightness {
    PolicyTightness(
      catalog: survey.stage.catalog, model: survey.model, tenantColumn: survey.options.tenantColumn)
  }

  /// The reason that is known before the mutant is tried; nil when there is none.
  ///
  /// Only what no probe could contradict, since there is nobody to do it.
  func reasonInAdvance() -> String? {
    guard let relation = mutant.relation else { return nil }
    switch mutant.subject {
    case .policy: return unused(relation)
    case .table: return mutant.operator == .notForced ? ofTable() : unused(relation)
    case .constraint(let key): return ofKey(key)
    default: return nil
    }
  }

  /// The reason that is known once it is made: the same policies apply as before.
  func reasonOnceMade() -> String? {
    guard case .policy = mutant.subject, let relation = mutant.relation else { return nil }
    return unchanged(relation)
  }

  /// The reason; nil when there is none.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func reason() throws -> String? {
    switch mutant.subject {
    case .policy(let policy, _): ofPolicy(policy)
    case .table: ofTable()
    case .readable(let role): ofPrivilege(role)
    case .role: nil
    case .view: try ofView()
    case .routine(let routine): try ofFunction(routine)
    case .constraint(let key): ofKey(key)
    }
  }

  // MARK: - Policies and tables

  private func ofPolicy(_ policy: PolicyDefinition) -> String? {
    guard let relation = mutant.relation else { return nil }
    guard relation.hasRowSecurity else {
      return "row-level security is not enabled on the table, so no policy is in force"
    }
    return unused(relation) ?? unchanged(relation) ?? allClosed(relation) ?? noNull(relation)
      ?? alreadyOpen(relation, to: policy)
  }

  private func ofTable() -> String? {
    guard let relation = mutant.relation else { return nil }
    if mutant.operator == .notForced {
      let isOwner = after.actors.contains { $0.role.memberships.contains(relation.owner) }
      let runsAsOwner = Delegation(survey: after, sources: sources)
        .reaches(relation, as: relation.owner)
      guard !isOwner, !runsAsOwner else { return nil }
      return "no role is or becomes its owner, nor does a view or function run as the owner"
    }
    return unused(relation) ?? passedBefore(relation) ?? alreadyOpen(relation, to: nil)
  }

  /// The commands that a role may use on a relation.
  private func commands(_ actor: Actor, _ relation: Relation) -> [String] {
    let privileges = actor.privileges(on: relation.oid)
    return [
      ("SELECT", !privileges.select.isEmpty), ("INSERT", !privileges.insert.isEmpty),
      ("UPDATE", !privileges.update.isEmpty), ("DELETE", privileges.delete),
    ].filter(\.1).map(\.0)
  }

  private func unused(_ relation: Relation) -> String? {
    let isUsed = after.actors.contains { !commands($0, relation).isEmpty }
    guard !isUsed, !Delegation(survey: after, sources: sources).reaches(relation) else {
      return nil
    }
    return "no role may use the table, by itself or through a view or function"
  }

  /// Nothing of what applies to the roles is different.
  private func unchanged(_ relation: Relation) -> String? {
    let isSame =
      after.actors.allSatisfy { actor in
        commands(actor, relation).allSatisfy { command in
          expressions(before, relation, actor.role, command)
            == expressions(after, relation, actor.role, command)
        }
      }
      && delegates(relation).allSatisfy { owner in
        Self.commands.allSatisfy { command in
          expressions(before, relation, owner, command)
            == expressions(after, relation, owner, command)
        }
      }
    guard isSame else { return nil }
    return "what applies to the roles, by their privileges and the policies' roles, is the same"
  }

  private static let commands = ["SELECT", "INSERT", "UPDATE", "DELETE"]

  /// The roles bound by policies as which views and functions of the application reach a relation.
  private func delegates(_ relation: Relation) -> [RoleAttributes] {
    owners.filter { owner in
      !owner.isSuperuser && !owner.bypassesRowSecurity
        && Delegation(survey: after, sources: sources).reaches(relation, as: owner.name)
    }
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
      commands(actor, relation).allSatisfy { command in
        let all = expressions(before, relation, actor.role, command)
        return !all.isEmpty && all.allSatisfy { $0.hasSuffix(" true") }
      }
    }
    return passed ? "its policies let every row pass as well" : nil
  }

  private func allClosed(_ relation: Relation) -> String? {
    guard after.model.tables[relation.oid]?.isOwned == true else { return nil }
    let isClosed =
      after.actors.allSatisfy { actor in
        commands(actor, relation).allSatisfy { self.isClosed($0, relation, actor) }
    }
    return isClosed ? "what remains still compares the tenant with the setting" : nil
  }

  private func isClosed(_ command: String, _ relation: Relation, _ actor: Actor) -> Bool {
    let reader = self.reader
    func isClosed(isNewRow: Bool) -> Bool {
      reader.isClosed(relation, to: command, for: actor.role, isNewRow: isNewRow)
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

  private func noNull(_ relation: Relation) -> String? {
    guard mutant.operator == .notDistinct, after.tenantColumn(of: relation)?.isNotNull == true
    else { return nil }
    return "the tenant column refuses NULL"
  }

  private func alreadyOpen(_ relation: Relation, to policy: PolicyDefinition?) -> String? {
    known.first { finding in
      finding.severity == .error && finding.object == relation.displayName
        && policy?.applies(to: finding.operation.uppercased()) != false
    }.map { "the table is open to \($0.operation) already: \($0.rule)" }
  }

  // MARK: - Privileges

  private func ofPrivilege(_ name: String) -> String? {
    guard let relation = mutant.relation,
      let actor = after.actors.first(where: { $0.role.name == name })
    else { return nil }
    switch mutant.operator {
    case .referencesGranted where actor.role.creatableSchemas.isEmpty:
      return "the role may make no table that could refer to it"
    case .referencesGranted, .triggerGranted:
      return actor.role.memberships.contains(relation.owner)
        ? "the role has the rights of the table's owner" : nil
    case .selectGranted where relation.kind == .materializedView:
      return readsNoTenant(relation)
    case .selectGranted:
      return reader.isClosed(relation, to: "SELECT", for: actor.role, isNewRow: false)
        ? "its own policies compare the tenant with the setting" : nil
    default: return nil
    }
  }

  // MARK: - Views and functions

  private func ofView() throws -> String? {
    guard let view = mutant.relation else { return nil }
    guard after.actors.contains(where: { !commands($0, view).isEmpty }) else {
      return "no role may use it"
    }
    if let reason = readsNoTenant(view) { return reason }
    let isInvoker = view.runsAsReader
    if mutant.operator == .viewOwner, isInvoker { return "it runs with its reader's rights" }
    guard mutant.operator != .viewOwner else { return nil }
    if isInvoker, mutant.operator != .invokerReset {
      return "it runs with its reader's rights, whom the policies of its tables bind"
    }
    let tables = sources[view.oid, default: []].compactMap { catalog.relations[$0] }
    return try isBound(view.owner, tables)
      ? "its owner is bound by the policies of its tables" : nil
  }

  private func readsNoTenant(_ view: Relation) -> String? {
    let isOwned = sources[view.oid, default: []].contains {
      after.model.tables[$0]?.isOwned == true
    }
    return isOwned ? nil : "it reads no table with tenants' rows"
  }

  private func ofFunction(_ routine: Routine) throws -> String? {
    if mutant.operator == .immutable {
      return reader.readsContext(routine) ? nil : "it reads no setting"
    }
    guard after.callable.values.contains(where: { $0.contains(routine.oid) }) else {
      return "no role may call it"
    }
    let tables = catalog.relations.values.filter {
      after.model.tables[$0.oid]?.isOwned == true && routine.mentions($0)
    }
    if tables.isEmpty, !routine.source.lowercased().contains("execute") {
      return "its body names no table with tenants' rows"
    }
    return try isBound(routine.owner, tables)
      ? "its owner is bound by the policies of its tables" : nil
  }

  private func isBound(_ owner: String, _ tables: [Relation]) throws -> Bool {
    guard let role = try CatalogReader.role(owner, from: after.connection) else { return false }
    let owned = tables.filter { after.model.tables[$0.oid]?.isOwned == true }
    let reader = self.reader
    return !owned.isEmpty
      && owned.allSatisfy {
        reader.isClosed($0, to: "SELECT", for: role, isNewRow: false)
      }
  }

  // MARK: - Keys

  private func ofKey(_ key: Constraint) -> String? {
    guard let relation = mutant.relation, let tenant = tenantColumn(relation) else { return nil }
    let rest = key.columns.filter { $0 != tenant }
    let canInsert = after.actors.contains {
      $0.privileges(on: relation.oid).insert.isSuperset(of: rest)
    }
    guard canInsert else { return "no role may write the other columns of the key" }
    guard mutant.operator == .keyWithoutTenant else { return nil }
    let references = Set(
      catalog.constraints(of: relation.oid).filter { $0.kind == .foreignKey }.flatMap(\.columns))
    let telling = rest.filter { name in
      guard !references.contains(name), let column = relation.column(name) else { return false }
      return column.type.baseName != "uuid" && column.generation == .none
        && column.defaultExpression?.contains("nextval(") != true
        && !(key.kind == .primaryKey && ["int2", "int4", "int8"].contains(column.type.baseName))
    }
    if telling.isEmpty { return "random or counted values and references tell nothing" }
    let isSecret = rest.contains {
      references.contains($0) && relation.column($0)?.type.baseName == "uuid"
    }
    return isSecret ? "whoever asks has to know a random id of the other tenant's" : nil
  }

  private func tenantColumn(_ relation: Relation) -> String? {
    if case .column(let name) = after.model.tables[relation.oid] { return name }
    return nil
  }
}

extension Relation {
  /// True for a view that runs with its reader's rights.
  var runsAsReader: Bool {
    options.contains {
      ["security_invoker=true", "security_invoker=on", "security_invoker=1"].contains($0)
    }
  }
}
