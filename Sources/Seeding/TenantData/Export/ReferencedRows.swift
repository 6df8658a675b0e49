internal import Postgres
internal import SQLSyntax
internal import Tenants

/// Which rows of tables that are not the tenant's come along, since the tenant's rows refer to them:
/// people, lists that all share, rows without a tenant, and what those refer to in turn.
struct ReferencedRows {
  let tables: TenantTables

  /// The condition under which rows of owned tables are nobody's, which they have to be to come along.
  private let shared: [UInt32: Bool]

  init(tables: TenantTables) throws {
    self.tables = tables
    shared = Dictionary(
      uniqueKeysWithValues: try tables.relations.map {
        ($0.oid, try tables.shared(of: $0.oid, alias: "t") != nil)
      })
  }

  /// True of tables of which rows may come along.
  private func canCome(_ relation: UInt32) -> Bool {
    !tables.isOwned(relation) || shared[relation] == true
  }

  /// The tables of which rows may come along.
  var relations: [Relation] {
    var reached: Set<UInt32> = []
    var open = tables.relations.map(\.oid).filter { tables.isOwned($0) }
    while let relation = open.popLast() {
      for key in tables.keys where key.relation == relation {
        let target = key.referencedRelation
        if canCome(target), reached.insert(target).inserted { open.append(target) }
      }
    }
    return tables.relations.filter { reached.contains($0.oid) }
  }

  /// True of the rows of `relation`, which goes by `alias`, that come along.
  func condition(of relation: Relation, alias: String) throws -> String {
    let reaching = reaching(relation.oid)
    guard reaching.count > 1 || hasSelfReference(relation.oid) else {
      return try direct(to: relation.oid, alias: alias)
    }
    return """
      (\(alias).tableoid, \(alias).ctid) IN (\(try closure(of: relation, over: reaching)))
      """
  }

  private func hasSelfReference(_ relation: UInt32) -> Bool {
    tables.keys.contains { $0.relation == relation && $0.referencedRelation == relation }
  }

  /// The tables from which foreign keys lead to one, itself included, without those of the tenant.
  private func reaching(_ relation: UInt32) -> [UInt32] {
    var found: Set<UInt32> = [relation]
    var open = [relation]
    while let target = open.popLast() {
      for key in tables.keys
      where key.referencedRelation == target && canCome(key.relation) {
        if found.insert(key.relation).inserted { open.append(key.relation) }
      }
    }
    return found.sorted()
  }

  /// True of rows that rows of the tenant refer to.
  private func direct(to relation: UInt32, alias: String) throws -> String {
    var sources: [[String]: [String]] = [:]
    for key in tables.keys
    where key.referencedRelation == relation && tables.isOwned(key.relation) {
      guard let referring = tables.catalog.relations[key.relation],
        let ownership = try tables.ownership(of: key.relation, alias: "r")
      else { continue }
      sources[key.referencedColumns, default: []].append(
        """
        SELECT \(try TenantTables.list(key.columns, of: "r")) \
        FROM \(try tables.source(referring)) AS r WHERE \(ownership)
        """)
    }
    guard !sources.isEmpty else { return "false" }
    let parts = try sources.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { columns in
      """
      (\(try TenantTables.list(columns, of: alias))) IN (\
      \((sources[columns] ?? []).joined(separator: " UNION ALL ")))
      """
    }
    let condition = "(" + parts.joined(separator: " OR ") + ")"
    guard tables.isOwned(relation) else { return condition }
    return "(\(condition) AND \(try tables.shared(of: relation, alias: alias) ?? "false"))"
  }

  /// The places of the rows of `relation` that are reached through others.
  private func closure(of relation: Relation, over reaching: [UInt32]) throws -> String {
    var starts: [String] = []
    for oid in reaching {
      guard let table = tables.catalog.relations[oid] else { continue }
      let condition = try direct(to: oid, alias: "g")
      guard condition != "false" else { continue }
      starts.append(
        """
        SELECT \(oid)::pg_catalog.int8, g.tableoid, g.ctid FROM \(try tables.source(table)) AS g \
        WHERE \(condition)
        """)
    }
    var steps: [String] = []
    for key in tables.keys
    where reaching.contains(key.relation) && reaching.contains(key.referencedRelation) {
      guard let from = tables.catalog.relations[key.relation],
        let to = tables.catalog.relations[key.referencedRelation]
      else { continue }
      let isShared =
        tables.isOwned(to.oid) ? " AND \(try tables.shared(of: to.oid, alias: "t") ?? "false")" : ""
      steps.append(
        """
        SELECT \(to.oid)::pg_catalog.int8, t.tableoid, t.ctid \
        FROM \(try tables.source(from)) AS f JOIN \(try tables.source(to)) AS t \
        ON \(try TenantTables.match(key, from: "f", to: "t")) \
        WHERE n.rel = \(from.oid) AND f.tableoid = n.part AND f.ctid = n.place\(isShared)
        """)
    }
    guard !starts.isEmpty else {
      return "SELECT NULL::pg_catalog.oid, NULL::pg_catalog.tid WHERE false"
    }
    return """
      WITH RECURSIVE n (rel, part, place) AS ((\(starts.joined(separator: " UNION "))) \
      UNION SELECT s.* FROM n, LATERAL (\(steps.joined(separator: " UNION "))) AS s) \
      SELECT n.part, n.place FROM n WHERE n.rel = \(relation.oid)
      """
  }
}
