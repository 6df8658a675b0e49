/// How much of a database `verify-rls` tried, and what it did not.
package struct Coverage: Sendable, Codable, Equatable {
  /// What a gap is about.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// A table.
    case table
    /// One operation of one role on a table.
    case operation
    /// A role.
    case role
    /// A permissive policy, for one operation of one role: one way through a table's policies.
    case branch
    /// A view or materialized view.
    case view
    /// A function that runs as its owner.
    case function
    /// The plans of queries under the policies of a table.
    case performance
    /// A whole way of looking.
    case check
  }

  /// How many were probed and how many were not.
  package struct Count: Sendable, Codable, Equatable {
    /// Those that were.
    package var probed = 0
    /// Those that were not.
    package var notProbed = 0

    /// Figures; none by default.
    package init(probed: Int = 0, notProbed: Int = 0) {
      self.probed = probed
      self.notProbed = notProbed
    }
  }

  /// Something that was not probed.
  package struct Gap: Sendable, Codable, Equatable {
    /// What it is.
    package var kind: Kind
    /// Its name.
    package var object: String
    /// Why it was not probed.
    package var reason: String
    /// True when a hole may be there: what nobody may use, or the user declared exempt, is closed.
    package var isOpen: Bool
  }

  /// Tables.
  package var tables = Count()
  /// Operations that a role may do on a table of tenants.
  package var operations = Count()
  /// Roles.
  package var roles = Count()
  /// Ways through policies.
  package var branches = Count()
  /// Views and materialized views.
  package var views = Count()
  /// Functions that run as their owner.
  package var functions = Count()
  /// Everything that was not probed.
  package var gaps: [Gap] = []

  /// True when nothing was left open.
  package var isComplete: Bool { !gaps.contains(where: \.isOpen) }
}
