internal import Postgres
internal import Tenants

extension Equivalence {
  func ofView() throws -> String? {
    guard let view = mutant.relation else { return nil }
    guard after.actors.contains(where: { !$0.commands(on: view.oid).isEmpty }) else {
      return "no role may use it"
    }
    if let reason = readsNoTenant(view) { return reason }
    let isInvoker = view.isOn("security_invoker")
    if mutant.operator == .viewOwner, isInvoker { return "it runs with its reader's rights" }
    guard mutant.operator != .viewOwner else { return alreadyOpen(view, to: nil) }
    if isInvoker, mutant.operator != .invokerReset {
      return "it runs with its reader's rights, whom the policies of its tables bind"
    }
    let tables = sources[view.oid, default: []].compactMap { catalog.relations[$0] }
    return try isBound(view.owner, tables)
      ? "its owner is bound by the policies of its tables" : nil
  }

  func readsNoTenant(_ view: Relation) -> String? {
    let isOwned = sources[view.oid, default: []].contains {
      after.model.tables[$0]?.isOwned == true
    }
    return isOwned ? nil : "it reads no table with tenants' rows"
  }

  func ofFunction(_ routine: Routine) throws -> String? {
    if mutant.operator == .immutable {
      return tightness.readsContext(routine) ? nil : "it reads no setting"
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

  /// True when policies let a role reach only rows of the tenant in the setting.
  private func isBound(_ owner: String, _ tables: [Relation]) throws -> Bool {
    guard let role = try CatalogReader.role(owner, from: after.connection) else { return false }
    let owned = tables.filter { after.model.tables[$0.oid]?.isOwned == true }
    let tightness = self.tightness
    return !owned.isEmpty
      && owned.allSatisfy { table in
        Self.commands.allSatisfy { command in
          [false, true].allSatisfy {
            tightness.isClosed(table, to: command, for: role, isNewRow: $0)
          }
        }
      }
  }
}
