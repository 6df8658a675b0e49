internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Which files an export has: rows in the order in which they can be loaded.
struct ExportPlan {
  /// The files in order.
  private(set) var steps: [ExportStep] = []
  private let tables: TenantTables

  /// The plan for the tenant of `tables`.
  ///
  /// - Parameter foreign: References to other tenants' rows, which become NULL.
  init(_ tables: TenantTables, foreign: [ForeignReference]) throws {
    self.tables = tables
    let referenced = try ReferencedRows(tables: tables)
    var exported: [UInt32: ExportedTable] = [:]
    for relation in tables.relations where tables.isOwned(relation.oid) {
      guard let condition = try tables.ownership(of: relation.oid, alias: "t") else { continue }
      exported[relation.oid] = try table(relation, condition, isOwned: true, foreign)
    }
    for relation in referenced.relations {
      let condition = try referenced.condition(of: relation, alias: "t")
      if let own = exported[relation.oid] {
        exported[relation.oid]?.condition = "(\(own.condition) OR \(condition))"
      } else {
        exported[relation.oid] = try table(relation, condition, isOwned: false, foreign)
      }
    }
    // A table without columns has nothing to tell.
    let oids = tables.relations.map(\.oid).filter { exported[$0]?.columns.isEmpty == false }
    var contents: [ExportStep.Content] = []
    var late: [ExportStep.Content] = []
    for group in DependencyGroups.groups(oids, keys: tables.keys) {
      contents += try content(of: group, &exported, &late)
    }
    contents += late
    let sequences = sequences(exported)
    if !sequences.isEmpty { contents.append(.sequences(sequences)) }
    steps = name(contents)
  }

  private func table(
    _ relation: Relation, _ condition: String, isOwned: Bool, _ foreign: [ForeignReference]
  ) throws -> ExportedTable {
    let columns = relation.columns.filter { $0.generation != .stored }.map(\.name)
    let constraints = tables.catalog.constraints(of: relation.oid)
    let key = constraints.first { $0.kind == .primaryKey }?.columns
    var table = ExportedTable(
      relation: relation, columns: columns, condition: condition, isOwned: isOwned,
      order: key ?? [])
    for reference in foreign where reference.key.relation == relation.oid && isOwned {
      guard let column = reference.nullable else { continue }
      let name = try TenantTables.list([column], of: "t")
      let isOwn = try ForeignReference.isOwn(reference.key, alias: "t", tables)
      table.replaced[column] = "CASE WHEN \(isOwn) THEN \(table.replaced[column] ?? name) END"
    }
    return table
  }

  /// The files of a group: one for each table, or one for a circle that cannot be opened.
  private func content(
    of group: [UInt32], _ exported: inout [UInt32: ExportedTable],
    _ late: inout [ExportStep.Content]
  ) throws -> [ExportStep.Content] {
    guard group.count > 1 else {
      return group.compactMap { exported[$0] }.map(single)
    }
    let order = InsertionOrder(group.sorted(), catalog: tables.catalog)
    var left: [(UInt32, Constraint, String, [String])] = []
    for edge in order.broken {
      guard
        let key = tables.keys.first(where: {
          $0.relation == edge.relation && $0.name == edge.name
        }),
        let column = nullableColumn(of: key), let identity = identity(of: key)
      else {
        return [.circle(order.relations.compactMap { exported[$0] })]
      }
      left.append((edge.relation, key, column, identity))
    }
    for (relation, key, column, identity) in left.sorted(by: { $0.1.name < $1.1.name }) {
      guard var table = exported[relation] else { continue }
      late.append(.references(table, key: key, by: identity))
      guard let type = table.relation.column(column)?.type.sql else { continue }
      table.replaced[column] = "CAST(NULL AS \(type))"
      exported[relation] = table
    }
    return order.relations.compactMap { exported[$0] }.map(single)
  }

  /// A file called after its table, where a name says it.
  private func single(_ table: ExportedTable) -> ExportStep.Content {
    let hasPlainName = [table.relation.schema, table.relation.name].allSatisfy { name in
      !name.contains(".") && !name.contains("/") && !name.unicodeScalars.contains { $0.value < 32 }
    }
    return hasPlainName ? .rows(table) : .circle([table])
  }

  private func nullableColumn(of key: Constraint) -> String? {
    key.columns.first { tables.catalog.relations[key.relation]?.column($0)?.isNotNull == false }
  }

  /// The columns of another key of the same table, by which its rows are found again.
  private func identity(of key: Constraint) -> [String]? {
    guard let nullable = nullableColumn(of: key),
      let relation = tables.catalog.relations[key.relation]
    else { return nil }
    return tables.catalog.constraints(of: key.relation).first { other in
      guard !other.columns.contains(nullable) else { return false }
      return other.kind == .primaryKey
        || (other.kind == .unique && other.definition.hasPrefix("UNIQUE")
          && other.columns.allSatisfy { relation.column($0)?.isNotNull == true })
    }?.columns
  }

  private func sequences(
    _ exported: [UInt32: ExportedTable]
  ) -> [(relation: Relation, column: String)] {
    tables.relations.filter { exported[$0.oid] != nil }.flatMap { relation in
      relation.columns.filter { column in
        [.identityAlways, .identityByDefault].contains(column.generation)
          || column.defaultExpression?.contains("nextval(") == true
      }.filter { ["int2", "int4", "int8"].contains($0.type.baseName) }
        .map { (relation, $0.name) }
    }
  }

  private func name(_ contents: [ExportStep.Content]) -> [ExportStep] {
    let width = max(3, String(contents.count * 10).count)
    return contents.enumerated().map { index, content in
      let digits = String((index + 1) * 10)
      let number = String(repeating: "0", count: width - digits.count) + digits
      let name =
        switch content {
        case .rows(let table): "\(table.relation.displayName).csv"
        case .circle(let tables): tables.count > 1 ? "circle.sql" : "rows.sql"
        case .references(let table, _, _):
          table.relation.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            ? "references_of_\(table.relation.name).sql" : "references.sql"
        case .sequences: "sequences.sql"
        }
      return ExportStep(name: "\(number)_\(name)", content: content)
    }
  }
}
