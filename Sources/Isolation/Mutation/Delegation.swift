internal import Postgres

/// What the application's roles reach through views and functions that run as somebody else.
struct Delegation {
  var survey: Survey
  /// What each view reads, directly or not.
  var sources: [UInt32: Set<UInt32>]

  /// True when a view or function of the application's roles reaches the relation.
  ///
  /// - Parameter owner: Only those that run as this role; nil for any.
  func reaches(_ relation: Relation, as owner: String? = nil) -> Bool {
    let catalog = survey.stage.catalog
    let isRead = sources.contains { oid, tables in
      guard tables.contains(relation.oid), let view = catalog.relations[oid] else { return false }
      return (owner == nil || view.owner == owner && !view.runsAsReader)
        && survey.actors.contains { $0.hasAnyPrivilege(on: oid) }
    }
    // Text that is put together while it runs may name any table.
    return isRead
      || catalog.routines.contains { routine in
        routine.isSecurityDefiner && (owner == nil || routine.owner == owner)
          && (routine.mentions(relation) || routine.source.lowercased().contains("execute"))
          && survey.callable.values.contains { $0.contains(routine.oid) }
      }
  }
}
