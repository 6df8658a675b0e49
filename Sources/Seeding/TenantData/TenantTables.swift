internal import Postgres
internal import SQLSyntax
internal import Tenants

/// The tables of a database, and how the rows of one tenant are found in them.
///
/// Partitions count as their table. Of tables that inherit from others each holds its own rows:
/// foreign keys mean those as well.
struct TenantTables {
  let catalog: Catalog
  /// The tenant's id as the server writes it.
  let tenant: String
  /// The tables in order of schema and name.
  let relations: [Relation]
  /// The foreign keys between them.
  let keys: [Constraint]
  private let tenancies: [UInt32: Tenancy]

  /// The tables of `catalog`, as `options` tell tenants apart.
  ///
  /// - Throws: `SeedError` when no table belongs to tenants, or `tenant` cannot be one.
  init(
    catalog: Catalog, options: TenancyOptions, tenant: String, on connection: any Connection
  ) throws {
    let model = TenancyModel(catalog: catalog, options: options)
    let relations = catalog.sortedRelations.filter {
      [.table, .partitioned].contains($0.kind) && !$0.isPartition
    }
    var tenancies: [UInt32: Tenancy] = [:]
    for relation in relations {
      tenancies[relation.oid] = Self.tenancy(of: relation, model, catalog)
    }
    self.catalog = catalog
    self.relations = relations
    self.tenancies = tenancies
    keys = Self.keys(of: catalog, among: Set(relations.map(\.oid)))
    guard let type = Self.tenantType(relations, tenancies) else {
      throw SeedError(
        .unknownTenant, "no table belongs to tenants: none has a column \(options.tenantColumn)",
        remedy: "Name the column with --tenant-column, or write tenancy.column in dbtool.yaml.")
    }
    self.tenant = try Self.canonical(tenant, type: type, on: connection)
  }

  /// How the rows of a table belong to tenants.
  func tenancy(of relation: UInt32) -> Tenancy { tenancies[relation] ?? .global }

  /// True when a table's rows belong to a tenant by what they hold; people don't.
  func isOwned(_ relation: UInt32) -> Bool {
    switch tenancy(of: relation) {
    case .root, .column, .parent: true
    case .member, .global, .exempt: false
    }
  }

  /// The column that holds the tenant's id, for tables that have it.
  func tenantColumn(of relation: UInt32) -> String? {
    switch tenancy(of: relation) {
    case .root(let column), .column(let column): column
    default: nil
    }
  }

  /// The table of tenants, when there is one.
  var root: Relation? {
    relations.first { if case .root = tenancy(of: $0.oid) { true } else { false } }
  }

  /// The type that tenant ids have.
  var tenantType: ColumnType? { Self.tenantType(relations, tenancies) }

  /// A table as FROM has it: its own rows, without those of tables that inherit from it.
  func source(_ relation: Relation) throws -> String {
    (relation.kind == .table ? "ONLY " : "") + (try Self.name(relation))
  }

  /// `"schema"."table"`.
  static func name(_ relation: Relation) throws -> String {
    try SQLIdentifier.quoted(relation.schema) + "." + SQLIdentifier.quoted(relation.name)
  }

  /// The foreign key through which a table's rows belong to those of another one.
  func parentKey(of relation: UInt32) -> Constraint? {
    guard case .parent(let name, _) = tenancy(of: relation) else { return nil }
    if let key = keys.first(where: { $0.relation == relation && $0.name == name }) { return key }
    // A table that inherits has the columns of the key, and not the key.
    for parent in catalog.relations[relation]?.parents ?? [] {
      guard var key = parentKey(of: parent) else { continue }
      key.relation = relation
      return key
    }
    return nil
  }

  /// True of the tenant's rows of a table that goes by `alias`; nil for tables that are not owned.
  func ownership(of relation: UInt32, alias: String, depth: Int = 1) throws -> String? {
    switch tenancy(of: relation) {
    case .root(let column), .column(let column):
      return try isTenant(column, of: relation, alias: alias)
    case .parent:
      guard let key = parentKey(of: relation),
        let parent = catalog.relations[key.referencedRelation]
      else { return nil }
      let inner = "p\(depth)"
      guard let condition = try ownership(of: parent.oid, alias: inner, depth: depth + 1) else {
        return nil
      }
      return """
        EXISTS (SELECT FROM \(try source(parent)) AS \(inner) \
        WHERE \(try Self.match(key, from: alias, to: inner)) AND \(condition))
        """
    case .member, .global, .exempt: return nil
    }
  }

  /// True of rows of an owned table that belong to no tenant, which all may refer to: templates for
  /// example; nil when there can be none.
  func shared(of relation: UInt32, alias: String, depth: Int = 1) throws -> String? {
    func isNull(_ columns: [String]) throws -> [String] {
      try columns.filter { catalog.relations[relation]?.column($0)?.isNotNull == false }
        .map { "\(alias).\(try SQLIdentifier.quoted($0)) IS NULL" }
    }
    switch tenancy(of: relation) {
    case .column(let column): return try isNull([column]).first
    case .parent:
      guard let key = parentKey(of: relation),
        let parent = catalog.relations[key.referencedRelation]
      else { return nil }
      let inner = "s\(depth)"
      var ways = try isNull(key.columns)
      if let condition = try shared(of: parent.oid, alias: inner, depth: depth + 1) {
        ways.append(
          """
          EXISTS (SELECT FROM \(try source(parent)) AS \(inner) \
          WHERE \(try Self.match(key, from: alias, to: inner)) AND \(condition))
          """)
      }
      return ways.isEmpty ? nil : "(" + ways.joined(separator: " OR ") + ")"
    case .root, .member, .global, .exempt: return nil
    }
  }

  /// True of the tenant's rows of a table with the tenant's id in `column`.
  func isTenant(_ column: String, of relation: UInt32, alias: String) throws -> String {
    guard let type = catalog.relations[relation]?.column(column)?.type else { return "false" }
    return "\(alias).\(try SQLIdentifier.quoted(column)) = \(try tenantLiteral(type))"
  }

  /// The tenant's id as a constant of a type.
  func tenantLiteral(_ type: ColumnType) throws -> String {
    "CAST(\(try SQLLiteral.quoted(tenant)) AS \(Self.unlimited(type)))"
  }

  /// True when a row that goes by `from` refers to the one that goes by `to`.
  static func match(_ key: Constraint, from: String, to: String) throws -> String {
    try zip(key.columns, key.referencedColumns).map { column, referenced in
      "\(to).\(try SQLIdentifier.quoted(referenced)) = \(from).\(try SQLIdentifier.quoted(column))"
    }.joined(separator: " AND ")
  }

  /// `alias."a", alias."b"`.
  static func list(_ columns: [String], of alias: String) throws -> String {
    try columns.map { "\(alias).\(try SQLIdentifier.quoted($0))" }.joined(separator: ", ")
  }

  /// A type without its modifier: a cast to `varchar(4)` would cut an id to that of another tenant.
  static func unlimited(_ type: ColumnType) -> String {
    type.modifier >= 0 ? "pg_catalog.\(type.baseName)" : type.baseSQL
  }

  // MARK: - Reading the catalog

  private static func tenancy(
    of relation: Relation, _ model: TenancyModel, _ catalog: Catalog
  ) -> Tenancy {
    let own = model.tables[relation.oid] ?? .global
    guard own == .global, !relation.isPartition else { return own }
    for parent in relation.parents {
      guard let inherited = catalog.relations[parent] else { continue }
      switch tenancy(of: inherited, model, catalog) {
      case .root(let column), .column(let column): return .column(column)
      case .parent(let key, let relation): return .parent(foreignKey: key, relation: relation)
      default: continue
      }
    }
    return own
  }

  private static func tenantType(
    _ relations: [Relation], _ tenancies: [UInt32: Tenancy]
  ) -> ColumnType? {
    var type: ColumnType?
    for relation in relations {
      switch tenancies[relation.oid] {
      case .root(let column): return relation.column(column)?.type
      case .column(let column): type = type ?? relation.column(column)?.type
      default: continue
      }
    }
    return type
  }

  /// The foreign keys, those of and to partitions as their table's.
  private static func keys(of catalog: Catalog, among known: Set<UInt32>) -> [Constraint] {
    func whole(_ oid: UInt32) -> UInt32 {
      var oid = oid
      while let relation = catalog.relations[oid], relation.isPartition,
        let parent = relation.parents.first
      {
        oid = parent
      }
      return oid
    }
    var keys: [Constraint] = []
    for key in catalog.constraints where key.kind == .foreignKey {
      var key = key
      key.relation = whole(key.relation)
      key.referencedRelation = whole(key.referencedRelation)
      let isKnown = keys.contains {
        $0.relation == key.relation && $0.referencedRelation == key.referencedRelation
          && $0.columns == key.columns && $0.referencedColumns == key.referencedColumns
      }
      if !isKnown, known.contains(key.relation), known.contains(key.referencedRelation) {
        keys.append(key)
      }
    }
    return keys
  }

  /// The id as the server writes it, for example in lower case.
  private static func canonical(
    _ tenant: String, type: ColumnType, on connection: any Connection
  ) throws -> String {
    func refusal(_ problem: String) -> SeedError {
      var error = SeedError(.invalidTenant, problem)
      error.tenant = tenant
      return error
    }
    if tenant.isEmpty { throw refusal("the tenant's id is empty") }
    if tenant.utf8.contains(0) {
      throw refusal("the tenant's id contains a NUL character, which no PostgreSQL text can hold")
    }
    if tenant.utf8.count > SeedPlan.tenantLimit {
      throw refusal(
        "the tenant's id is \(tenant.utf8.count) bytes long; \(SeedPlan.tenantLimit) are allowed")
    }
    let question = PipelineStatement(
      "SELECT CAST(CAST($1::text AS \(unlimited(type))) AS text)", [.text(tenant)])
    switch try connection.ask([question])[0] {
    case .result(let result): return result.scalar ?? tenant
    case .failure(let error) where error.sqlState?.errorClass == "22":
      throw refusal("the tenant's id is no \(type.sql)")
    case .failure(let error): throw error
    case .skipped: return tenant
    }
  }
}
