internal import Wording

/// What a manifest says of a table, or of all tables that a pattern names.
package struct TableRule: Sendable, Equatable {
  /// How rows of a table belong to tenants.
  package enum Isolation: Sendable, Equatable {
    /// Each row is a tenant; nil takes the column that tenant columns refer to.
    case root(column: String?)
    /// A column holds the tenant's id; nil takes the usual one.
    case column(String?)
    /// Rows belong to the tenant of the row in another table that a foreign key refers to.
    case parent(String)
    /// Rows are people, visible where a row of another table makes them a member.
    case membership(String)
    /// Rows belong to nobody, and everybody reads them.
    case global
    /// Only the policies that are written out count.
    case raw(reason: String)
    /// Isolation does not apply, and nothing is changed.
    case exempt(reason: String)
    /// Nobody has decided yet.
    case undecided(reason: String)
  }

  /// What the application may do.
  package enum Command: String, Sendable, CaseIterable {
    /// Read rows.
    case select
    /// Add rows.
    case insert
    /// Change rows.
    case update
    /// Delete rows.
    case delete
  }

  /// A table's name, with its schema unless that is the first one, or a pattern with `*` and `?`.
  package var pattern: String
  /// The line it stands on, from 1.
  package var line: Int
  /// How rows belong to tenants; nil when foreign keys and columns decide.
  package var isolation: Isolation?
  /// The columns of the foreign key that leads to the parent or from the membership, where there
  /// are several.
  package var key: [String] = []
  /// What the application may do; nil for what is usual for the isolation.
  package var access: Set<Command>?
  /// The only columns that the application may give a value; empty for all.
  package var insertColumns: [String] = []
  /// The only columns that the application may change; empty for all.
  package var updateColumns: [String] = []
  /// True when rows without a tenant are read by all and written by none.
  package var isShared = false
  /// False when references to other tenants' rows are not checked.
  package var checksReferences = true
  /// Policies that are written out.
  package var policies: [RawPolicy] = []

  /// A rule for a name or pattern.
  package init(_ pattern: String, _ isolation: Isolation? = nil, line: Int = 0) {
    self.pattern = pattern
    self.isolation = isolation
    self.line = line
  }

  /// True for a name without wildcards.
  var isName: Bool { !pattern.contains { $0 == "*" || $0 == "?" } }

  /// True when it is about the table called `schema.name`.
  func covers(schema: String, name: String, firstSchema: String?) -> Bool {
    NamePattern.matches(pattern, schema + "." + name)
      || (schema == firstSchema && NamePattern.matches(pattern, name))
  }
}

/// A policy that is written out in a manifest.
package struct RawPolicy: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// The line it stands on, from 1.
  package var line: Int
  /// False when it narrows what others allow.
  package var isPermissive = true
  /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
  package var command = "ALL"
  /// The roles it applies to; empty for the application's and those that only read.
  package var roles: [String] = []
  /// The USING expression.
  package var using: String?
  /// The WITH CHECK expression.
  package var check: String?

  /// A policy with usual settings.
  package init(name: String, line: Int = 0) {
    self.name = name
    self.line = line
  }
}
