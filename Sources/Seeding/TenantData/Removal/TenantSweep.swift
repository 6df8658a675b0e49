internal import Postgres
internal import SQLSyntax

/// Looks for a tenant's id wherever it may stand, in every table and materialized view.
struct TenantSweep {
  let tables: TenantTables
  /// The name that the column with the tenant's id usually has.
  let tenantColumn: String

  /// Where the id may stand: a relation, and conditions by column.
  struct Place {
    var relation: Relation
    var columns: [(name: String, condition: String)]

    /// The query that counts the rows by column.
    func query(_ tables: TenantTables) throws -> String {
      let counts = columns.map { "pg_catalog.count(*) FILTER (WHERE \($0.condition))::text" }
      let source =
        relation.kind == .materializedView
        ? try TenantTables.name(relation) : try tables.source(relation)
      return "SELECT \(counts.joined(separator: ", ")) FROM \(source) AS t"
    }
  }

  /// All places.
  func places() throws -> [Place] {
    guard let type = tables.tenantType else { return [] }
    let views = tables.catalog.sortedRelations.filter { $0.kind == .materializedView }
    return try (tables.relations + views).compactMap { relation in
      let columns = try relation.columns.compactMap { column in
        try condition(column, type).map { (column.name, $0) }
      }
      return columns.isEmpty ? nil : Place(relation: relation, columns: columns)
    }
  }

  private func condition(_ column: Column, _ type: ColumnType) throws -> String? {
    let name = try TenantTables.list([column.name], of: "t")
    let isText = Self.isText(column.type.baseName)
    if type.baseName == "uuid" {
      // No two things share a UUID, so it can be looked for everywhere.
      if column.type.baseName == "uuid" { return "\(name) = \(try tables.tenantLiteral(type))" }
      if column.type.isArray, column.type.elementName == "uuid" {
        return "\(try tables.tenantLiteral(type)) = ANY (\(name))"
      }
      return isText && isNamedLikeIt(column.name)
        ? "pg_catalog.lower(\(name)::text) = \(try SQLLiteral.quoted(tables.tenant.lowercased()))"
        : nil
    }
    guard isNamedLikeIt(column.name) else { return nil }
    if isText { return "\(name)::text = \(try SQLLiteral.quoted(tables.tenant))" }
    let isSame = column.type.baseName == type.baseName
    let areNumbers = [column.type.baseName, type.baseName].allSatisfy {
      ["int2", "int4", "int8", "numeric"].contains($0)
    }
    return isSame || areNumbers ? "\(name) = \(try tables.tenantLiteral(type))" : nil
  }

  private static func isText(_ type: String) -> Bool {
    ["text", "varchar", "bpchar", "citext", "name"].contains(type)
  }

  /// True for `tenant_id`, what other tables call it, and names with the word tenant.
  private func isNamedLikeIt(_ name: String) -> Bool {
    var known: Set<String> = [tenantColumn.lowercased()]
    for relation in tables.relations {
      if let column = tables.tenantColumn(of: relation.oid), column != "id" {
        known.insert(column.lowercased())
      }
    }
    if let root = tables.root?.name.lowercased() {
      let one = root.hasSuffix("s") ? String(root.dropLast()) : root
      known.formUnion([root, one, root + "_id", one + "_id", one + "id"])
    }
    return known.contains(name.lowercased())
      || PersonalColumns.parts(of: name).contains { ["tenant", "tenants"].contains($0) }
  }
}
