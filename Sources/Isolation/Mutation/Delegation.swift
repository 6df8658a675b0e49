internal import Postgres

/// What the application's roles reach through views and functions that run as somebody else.
struct Delegation {
  var survey: Survey
  /// What each view reads, directly or not.
  var sources: [UInt32: Set<UInt32>]

  /// True when a view or function of the application's roles reaches the relation.
  func reaches(_ relation: Relation) -> Bool {
    readers(of: relation).contains { view in
      survey.actors.contains { $0.hasAnyPrivilege(on: view.oid) }
    } || !functions(on: relation).isEmpty
  }

  /// The commands that views and functions which run as `owner` let the application's roles use.
  func commands(on relation: Relation, as owner: String) -> Set<String> {
    if functions(on: relation).contains(where: { $0.owner == owner }) {
      return ["SELECT", "INSERT", "UPDATE", "DELETE"]
    }
    let views = readers(of: relation).filter { $0.owner == owner && !$0.isOn("security_invoker") }
    return views.reduce(into: []) { commands, view in
      for actor in survey.actors { commands.formUnion(actor.commands(on: view.oid)) }
    }
  }

  private func readers(of relation: Relation) -> [Relation] {
    sources.compactMap { view, tables in
      tables.contains(relation.oid) ? survey.stage.catalog.relations[view] : nil
    }
  }

  private func functions(on relation: Relation) -> [Routine] {
    survey.stage.catalog.routines.filter { routine in
      // Text that is put together while it runs may name any table.
      routine.isSecurityDefiner
        && (routine.mentions(relation) || routine.source.lowercased().contains("execute"))
        && survey.callable.values.contains { $0.contains(routine.oid) }
    }
  }
}

extension Actor {
  /// The commands that it may use on a relation.
  func commands(on relation: UInt32) -> [String] {
    let privileges = privileges(on: relation)
    return [
      ("SELECT", !privileges.select.isEmpty), ("INSERT", !privileges.insert.isEmpty),
      ("UPDATE", !privileges.update.isEmpty), ("DELETE", privileges.delete),
    ].filter(\.1).map(\.0)
  }
}
