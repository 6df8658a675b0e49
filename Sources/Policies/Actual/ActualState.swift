package import Postgres

/// What the database is, as far as policies are concerned.
package struct ActualState: Sendable {
  /// Tables, policies, constraints and functions.
  package var catalog: Catalog
  /// The server's version as one number, for example 150018.
  var serverVersion: Int
  /// The privileges of PUBLIC and of the manifest's roles on tables, by the table's OID.
  var grants: [UInt32: Set<TableGrants.Grant>] = [:]
  /// The first columns of the indexes on each table.
  var indexes: [UInt32: [[String]]] = [:]
  /// The roles there are that policies or the manifest name, by name.
  var roles: [String: RoleAttributes] = [:]
  /// Roles that may not use a schema of the manifest, with the schema.
  var withoutSchema: [SchemaUse] = []
  /// Sequences that columns draw from, and the application may not.
  var sequences: [SequenceUse] = []
  /// Views on which a role of the manifest, or PUBLIC, may do something.
  var readableViews: Set<UInt32> = []
  /// SECURITY DEFINER functions that a role of the manifest may call.
  var callable: Set<UInt32> = []

  /// A role that lacks USAGE on a schema.
  struct SchemaUse: Sendable, Equatable {
    var schema: String
    var role: String
  }

  /// A role that lacks USAGE on the sequence of a column's default.
  struct SequenceUse: Sendable, Equatable {
    var table: UInt32
    var schema: String
    var name: String
    var role: String
  }

  /// The database behind `connection`.
  ///
  /// - Throws: `PostgresError`.
  static func read(
    for manifest: PolicyManifest, on connection: any Connection
  ) throws -> ActualState {
    var state = ActualState(
      catalog: try CatalogReader.read(from: connection), serverVersion: connection.serverVersion)
    let ours = manifest.roles.all + (manifest.support.map { [$0.role] } ?? [])
    let schemas = Parameter.text(PostgresArray.text(of: manifest.schemas))
    let names = Parameter.text(PostgresArray.text(of: ours))
    let outcomes = try connection.ask([
      PipelineStatement(ActualQueries.grants, [schemas, names]),
      PipelineStatement(ActualQueries.indexes, [schemas]),
      PipelineStatement(ActualQueries.schemaUse, [schemas, names]),
      PipelineStatement(
        ActualQueries.sequences,
        [schemas, .text(PostgresArray.text(of: manifest.roles.application))]),
      PipelineStatement(ActualQueries.callable, [schemas, names]),
    ])
    var results: [[Row]] = []
    for outcome in outcomes {
      if let error = outcome.error { throw error }
      results.append(outcome.result.map { Array($0.rows) } ?? [])
    }
    for row in results[0] {
      let relation = UInt32(row.text(0)) ?? 0
      if row.text(4) == "v" {
        state.readableViews.insert(relation)
      } else {
        state.grants[relation, default: []].insert(
          .init(role: row.text(1), privilege: row.text(2), column: row[3]))
      }
    }
    for row in results[1] {
      state.indexes[UInt32(row.text(0)) ?? 0, default: []].append(
        PostgresArray.elements(of: row.text(1)).compactMap { $0 })
    }
    state.withoutSchema = results[2].map { SchemaUse(schema: $0.text(0), role: $0.text(1)) }
    state.sequences = results[3].map {
      SequenceUse(
        table: UInt32($0.text(0)) ?? 0, schema: $0.text(1), name: $0.text(2), role: $0.text(3))
    }
    state.callable = Set(results[4].compactMap { UInt32($0.text(0)) })
    let named = Set(ours + state.catalog.policies.flatMap(\.roles)).sorted()
    for name in named {
      state.roles[name] = try CatalogReader.role(name, from: connection)
    }
    return state
  }

  /// The manifest's roles that do not exist, in order.
  func missingRoles(of manifest: PolicyManifest) -> [String] {
    let ours =
      manifest.roles.all + (manifest.support.map { [$0.role] } ?? [])
      + manifest.rules.flatMap { $0.policies.flatMap(\.roles) }.filter { $0 != "public" }
    return Set(ours).filter { roles[$0] == nil }.sorted()
  }
}
