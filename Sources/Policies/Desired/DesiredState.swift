package import Postgres

/// What a manifest wants the database to be.
package struct DesiredState: Sendable {
  /// A table with what it should have.
  package struct Table: Sendable {
    /// The table as it is.
    package var relation: Relation
    /// How its rows belong to tenants.
    package var isolation: TableIsolation
    /// The policies it should have.
    package var policies: [PolicyDefinition]
    /// True when some of them are written out in the manifest, and so may be wrong.
    package var hasWrittenPolicies = false
    /// What each role of the manifest should be granted; nil to leave that as it is.
    package var grants: TableGrants?
    /// Columns that want an index, for the policies' sake.
    package var indexes: [[String]]

    /// True when dbtool has a say in it.
    package var isGoverned: Bool {
      switch isolation {
      case .exempt, .undecided: false
      default: true
      }
    }
  }

  /// The tables in order of schema and name.
  package var tables: [Table]

  /// What `manifest` wants of the database behind `connection`.
  ///
  /// - Throws: `PolicyError` when they do not fit together, `PostgresError`.
  package static func read(
    _ manifest: PolicyManifest, on connection: any Connection
  ) throws -> DesiredState {
    try PolicyGenerator.desired(by: manifest, catalog: try CatalogReader.read(from: connection))
  }

  /// The tables that isolation does not apply to, by `schema.name`, with the reason.
  package var exempt: [String: String] {
    var exempt: [String: String] = [:]
    for table in tables {
      if case .exempt(let reason) = table.isolation { exempt[table.relation.displayName] = reason }
    }
    return exempt
  }

  /// Tables on which nobody has decided, with the question.
  package var undecided: [(relation: Relation, question: String)] {
    tables.compactMap { table in
      guard case .undecided(let reason) = table.isolation else { return nil }
      return (table.relation, reason)
    }
  }
}

/// Privileges on a table: for each role whole-table privileges, and those on columns.
package struct TableGrants: Sendable, Equatable {
  /// One privilege of one role.
  package struct Grant: Sendable, Hashable {
    /// The role; empty for PUBLIC.
    package var role: String
    /// `SELECT`, `INSERT` and so on.
    package var privilege: String
    /// The column; nil for the whole table.
    package var column: String?

    /// A privilege of a role.
    package init(role: String, privilege: String, column: String? = nil) {
      self.role = role
      self.privilege = privilege
      self.column = column
    }
  }

  /// All of them.
  package var grants: Set<Grant> = []
}
