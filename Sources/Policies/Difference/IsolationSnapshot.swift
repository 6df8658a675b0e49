package import Postgres

/// What keeps tenants apart in a database at one moment, to be held against a later one.
package struct IsolationSnapshot: Sendable {
  private let state: ActualState

  /// The database behind `connection`, as far as these roles are concerned.
  ///
  /// - Throws: `PostgresError`.
  package static func read(
    roles: [String], on connection: any Connection
  ) throws -> IsolationSnapshot {
    let catalog = try CatalogReader.read(from: connection)
    var manifest = PolicyManifest(
      path: "", tenant: .init(setting: "", column: ""), roles: .init(application: roles))
    manifest.schemas = Set(catalog.relations.values.map(\.schema)).sorted()
    return IsolationSnapshot(state: try .read(for: manifest, on: connection))
  }

  /// What became of each object since `before`, which must be of the same database: objects are told
  /// apart by number.
  package func changes(since before: IsolationSnapshot) -> [IsolationChange] {
    IsolationComparison(before: before.state, after: state).changes()
  }
}

/// What a change did to the isolation of one object.
package struct IsolationChange: Sendable, Equatable {
  /// `schema.name`, or a role.
  package var object: String
  /// What it did.
  package var effect: PolicyEffect
  /// What is different, one line each.
  package var changes: [String]
}
