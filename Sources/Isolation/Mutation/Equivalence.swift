internal import Postgres
internal import Tenants

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

  var catalog: Catalog { after.stage.catalog }

  var tightness: PolicyTightness {
    PolicyTightness(
      catalog: catalog, model: after.model, tenantColumn: after.options.tenantColumn)
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
    case .policy(let policy, _): try ofPolicy(policy) ?? ofCase()
    case .table: ofTable()
    case .readable(let role): ofPrivilege(role)
    case .role: nil
    case .view: try ofView()
    case .routine(let routine): try ofFunction(routine)
    case .constraint(let key): ofKey(key)
    }
  }

  /// Where the table of tenants takes no id in capitals beside the same in small letters, comparing
  /// without regard to case is comparing.
  private func ofCase() throws -> String? {
    guard mutant.operator == .caseFolded, let relation = mutant.relation,
      let table = try after.stage.table(relation.oid)
    else { return nil }
    let tenant = after.stage.tenants[1]
    let others = [tenant.uppercased(), tenant.lowercased()].filter { $0 != tenant }
    for other in others where try LookAlikeContexts().canBeTenant(other, table, after) {
      return nil
    }
    return "the table of tenants takes no id that differs from another one in case alone"
  }

  private func ofPrivilege(_ name: String) -> String? {
    guard let relation = mutant.relation,
      let actor = after.actors.first(where: { $0.role.name == name })
    else { return nil }
    switch mutant.operator {
    case .referencesGranted
    where actor.role.creatableSchemas.isEmpty && !actor.role.createsSchemas:
      return "the role may make no table that could refer to it"
    case .referencesGranted, .triggerGranted:
      return actor.role.memberships.contains(relation.owner)
        ? "the role has the rights of the table's owner" : nil
    case .selectGranted where relation.kind == .materializedView:
      return readsNoTenant(relation)
    case .selectGranted:
      return tightness.isClosed(relation, to: "SELECT", for: actor.role, isNewRow: false)
        ? "its own policies compare the tenant with the setting" : nil
    default: return nil
    }
  }

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
