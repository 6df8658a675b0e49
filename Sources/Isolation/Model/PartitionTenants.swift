internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// The tenants for whom there are partitions: `PARTITION OF … FOR VALUES IN ('…')`.
struct PartitionTenants {
  var catalog: Catalog
  var model: TenancyModel
  /// The tables that are to be probed.
  var targets: Set<UInt32>

  /// A tenant's id with the partitions that are made for it.
  private struct Entry {
    var id: String
    var partitions: Set<UInt32>
    var tables: Set<UInt32>
    var isProbed: Bool
  }

  /// At most two ids that bounds name and that nobody uses yet, of different partitions if
  /// possible, those of partitions that are probed themselves first.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func ids(on connection: any Connection) throws -> [String] {
    var entries: [Entry] = []
    for relation in catalog.sortedRelations where relation.isPartition {
      guard case .column(let name) = model.tables[relation.oid],
        let bound = relation.partitionConstraint
      else { continue }
      for id in Self.ids(in: bound, column: name) {
        let known = entries.firstIndex { $0.id == id }
        let index = known ?? entries.count
        if known == nil {
          entries.append(Entry(id: id, partitions: [], tables: [], isProbed: false))
        }
        entries[index].partitions.insert(relation.oid)
        entries[index].tables.formUnion(relation.parents)
        if targets.contains(relation.oid) { entries[index].isProbed = true }
      }
    }
    let ranked = entries.enumerated().sorted { left, right in
      func rank(_ entry: (offset: Int, element: Entry)) -> (Int, Int, Int) {
        (entry.element.isProbed ? 0 : 1, -entry.element.tables.count, entry.offset)
      }
      return rank(left) < rank(right)
    }.map(\.element)
    // Databases may have thousands of them, and most are somebody's.
    let free = try unused(Array(ranked.prefix(50)), on: connection)
    guard let first = free.first else { return [] }
    let other =
      free.first { $0.partitions.isDisjoint(with: first.partitions) } ?? free.dropFirst().first
    return [first.id] + (other.map { [$0.id] } ?? [])
  }

  /// The constants that the column of a LIST partition may be.
  private static func ids(in bound: String, column: String) -> [String] {
    guard let tree = try? SyntaxTree.expression(bound) else { return [] }
    let conjuncts =
      tree["BoolExpr"]?["boolop"]?.text == "AND_EXPR"
      ? tree["BoolExpr"]?["args"]?.elements ?? [] : [tree]
    return conjuncts.flatMap { conjunct -> [String] in
      guard let fields = conjunct["A_Expr"],
        fields["name"]?.elements.last?["String"]?["sval"]?.text == "=",
        let left = fields["lexpr"], let right = fields["rexpr"],
        names(left) == column
      else { return [] }
      return HintCollector.constants(in: right)
    }
  }

  private static func names(_ node: SyntaxNode) -> String? {
    if let argument = node["TypeCast"]?["arg"] { return names(argument) }
    return node["ColumnRef"]?["fields"]?.elements.last?["String"]?["sval"]?.text
  }

  /// Those of whom there is no row yet, neither in the root table nor in partitions.
  private func unused(_ entries: [Entry], on connection: any Connection) throws -> [Entry] {
    let roots = model.tables.compactMap { oid, tenancy -> UInt32? in
      if case .root = tenancy { oid } else { nil }
    }
    var statements: [PipelineStatement] = []
    for entry in entries {
      var looks = ["false"]
      for oid in entry.partitions.sorted() + roots.sorted() {
        guard let relation = catalog.relations[oid] else { continue }
        let column: String
        switch model.tables[oid] {
        case .root(let name), .column(let name): column = name
        default: continue
        }
        let table = try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
        let name = try SQLIdentifier.readable(column)
        looks.append(
          "EXISTS (SELECT FROM \(table) WHERE \(name) = \(try SQLLiteral.quoted(entry.id)))")
      }
      statements.append(PipelineStatement("SELECT (\(looks.joined(separator: " OR ")))::text"))
    }
    guard !statements.isEmpty else { return [] }
    return zip(entries, try connection.ask(statements)).filter { $0.1.result?.scalar == "false" }
      .map(\.0)
  }

  /// The numbers of the tenants whose rows each of `relations` can hold, for those that cannot hold
  /// both tenants'.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  func holders(
    among relations: Set<UInt32>, of tenants: [String], on connection: any Connection
  ) throws -> [UInt32: Set<Int>] {
    var asked: [UInt32] = []
    var statements: [PipelineStatement] = []
    for oid in relations.sorted() {
      guard let relation = catalog.relations[oid], case .column(let name) = model.tables[oid],
        let column = relation.column(name)
      else { continue }
      let bounds = catalog.bounds(of: relation)
      // Of more bounds than that the catalog gives a part only.
      guard !bounds.isEmpty, bounds.count < 20,
        bounds.allSatisfy({ HintCollector.columns(in: $0).isSubset(of: [name]) })
      else { continue }
      let bound = bounds.map { "(\($0))" }.joined(separator: " OR ")
      let alias = try SQLIdentifier.quoted(relation.name)
      asked.append(oid)
      for tenant in tenants {
        statements.append(
          PipelineStatement(
            """
            SELECT (\(bound))::text FROM (SELECT CAST(\(try SQLLiteral.quoted(tenant)) \
            AS \(column.type.sql)) AS \(try SQLIdentifier.quoted(name))) \(alias)
            """))
      }
    }
    guard !statements.isEmpty else { return [:] }
    let outcomes = try connection.ask(statements)
    var holders: [UInt32: Set<Int>] = [:]
    for (index, oid) in asked.enumerated() {
      let held = tenants.indices.filter {
        outcomes[index * tenants.count + $0].result?.scalar == "true"
      }
      if !held.isEmpty, held.count < tenants.count { holders[oid] = Set(held) }
    }
    return holders
  }
}
