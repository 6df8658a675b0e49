internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

extension RecipeBuilder {
  /// Decides what keeps rows apart for each key, and gives the columns whose values must differ.
  func keepApart(_ draft: inout RecipeDraft) throws(SeedError) -> Set<Int> {
    let relation = draft.recipe.relation
    var apart: Set<Int> = []
    let constraints = catalog.constraints(of: relation.oid)
    let keys =
      constraints.filter { [.primaryKey, .unique].contains($0.kind) }
      + constraints.filter { $0.kind == .exclusion && !Exclusion($0).hasOverlap }
    for key in keys.sorted(by: { rank($0) < rank($1) }) {
      let columns = columns(of: key, in: draft)
      keepApart(columns, &draft, &apart)
    }
    return apart
  }

  /// What is satisfied by a column that differs anyway comes last.
  private func rank(_ key: Constraint) -> (Int, Int, String) {
    (key.kind == .primaryKey ? 0 : 1, key.columns.count, key.name)
  }

  /// The places of the columns of a key, those in its expressions included.
  private func columns(of key: Constraint, in draft: RecipeDraft) -> [Int] {
    var names = key.columns
    if key.definition.hasPrefix("CREATE"),
      let tree = (try? SyntaxTree.statements(of: key.definition))?.first
    {
      tree.walk { node in
        guard let (type, fields) = node.node, type == "ColumnRef" || type == "IndexElem" else {
          return
        }
        let name =
          type == "IndexElem"
          ? fields["name"]?.text : fields["fields"]?.elements.last?["String"]?["sval"]?.text
        if let name, !names.contains(name) { names.append(name) }
      }
      // What only the condition of a partial index mentions keeps nothing apart.
      names = names.filter { name in
        key.columns.contains(name) || Self.isIndexed(name, by: tree)
      }
    }
    return names.compactMap { draft.recipe.index(of: $0) }
  }

  private static func isIndexed(_ name: String, by tree: SyntaxNode) -> Bool {
    var isFound = false
    for element in tree["IndexStmt"]?["indexParams"]?.elements ?? [] {
      element.walk { node in
        if node.node?.type == "ColumnRef",
          node.node?.fields["fields"]?.elements.last?["String"]?["sval"]?.text == name
        {
          isFound = true
        }
      }
    }
    return isFound
  }

  private func keepApart(
    _ columns: [Int], _ draft: inout RecipeDraft, _ apart: inout Set<Int>
  ) {
    let relation = draft.recipe.relation
    if columns.contains(where: { apart.contains($0) }) { return }
    let free = columns.filter { column in
      draft.recipe.columns[column].source == .null
        && !isForeign(draft.recipe.columns[column].name, relation.oid)
    }
    func type(_ column: Int) -> ColumnType? {
      relation.column(draft.recipe.columns[column].name)?.type
    }
    // What has room for as many values as there are rows.
    let roomy = free.filter { column in
      guard let type = type(column), draft.rules[column]?.values.isEmpty != false else {
        return false
      }
      return Self.hasRoom(type)
    }
    let isByTenant = columns.contains { draft.recipe.columns[$0].source == .tenant }
    let references = references(columns, in: draft)
    // What comes later in a key is the narrower thing: the number of a room, and not its house.
    if let best = roomy.reversed().min(by: { Self.rank(type($0)) < Self.rank(type($1)) }),
      references.isEmpty || Self.rank(type(best)) < 5
    {
      apart.insert(best)
      let isOwned = references.contains { reference in
        if case .table(let place) = draft.recipe.references[reference].target {
          return places.contains { $0.value == place && ownerIsTenant($0.key) }
        }
        return false
      }
      if !isByTenant, !isOwned { draft.recipe.columns[best].isApartInTable = true }
      return
    }
    addDigits(columns, free: free, references: references, to: &draft, &apart)
  }

  private func ownerIsTenant(_ relation: UInt32) -> Bool { model.tables[relation]?.isOwned == true }

  private func isForeign(_ column: String, _ relation: UInt32) -> Bool {
    catalog.constraints(of: relation).contains {
      $0.kind == .foreignKey && $0.columns.contains(column)
    }
  }

  /// The foreign keys whose columns are part of a key.
  private func references(_ columns: [Int], in draft: RecipeDraft) -> [Int] {
    var found: [Int] = []
    for column in columns {
      if case .reference(let index, _) = draft.recipe.columns[column].source,
        !found.contains(index)
      {
        found.append(index)
      }
    }
    return found
  }

  private static func hasRoom(_ type: ColumnType) -> Bool {
    if type.isArray || !type.labels.isEmpty || type.baseName == "bool" { return false }
    return rank(type) < 100
  }

  /// Which type is best for values that differ.
  private static func rank(_ type: ColumnType?) -> Int {
    guard let type else { return 1_000 }
    switch type.baseName {
    case "uuid": return 0
    case "int8", "int4": return 1
    case "text", "varchar", "citext", "name": return 2
    case "bpchar": return type.modifier > 8 ? 3 : 6
    case "numeric", "float8": return 3
    case "inet", "cidr", "macaddr", "macaddr8", "bytea": return 4
    case "timestamp", "timestamptz", "int2": return 5
    case "date": return 6
    case "bit", "varbit", "float4", "tsvector": return 7
    case "time": return 8
    default: return 1_000
    }
  }

  /// Takes the row's number apart, so that the parts choose what the key is made of.
  private func addDigits(
    _ columns: [Int], free: [Int], references: [Int], to draft: inout RecipeDraft,
    _ apart: inout Set<Int>
  ) {
    let relation = draft.recipe.relation
    // One window a row keeps apart what has windows.
    if columns.contains(where: {
      if case .window = draft.recipe.columns[$0].source { true } else { false }
    }) {
      return
    }
    var isAdded = false
    for index in references {
      switch draft.recipe.references[index].pick {
      case .matching, .earlier, .window: continue
      case .digit: isAdded = true
      default:
        draft.recipe.references[index].pick = .digit(draft.recipe.digits.count)
        draft.recipe.references[index].nulls = 0
        draft.recipe.digits.append(.reference(index))
        isAdded = true
      }
    }
    for column in free {
      guard let type = relation.column(draft.recipe.columns[column].name)?.type else { continue }
      let count =
        draft.rules[column].map { $0.values.count }.flatMap { $0 > 0 ? $0 : nil }
        ?? (type.baseName == "bool" && !type.isArray ? 2 : type.isArray ? 0 : type.labels.count)
      guard count > 0 else { continue }
      draft.recipe.columns[column].digit = draft.recipe.digits.count
      draft.recipe.columns[column].nulls = 0
      draft.recipe.digits.append(.values(count))
      isAdded = true
    }
    let wide = free.first { column in
      relation.column(draft.recipe.columns[column].name).map { Self.hasRoom($0.type) } == true
    }
    if let wide {
      draft.recipe.columns[wide].digit = draft.recipe.digits.count
      draft.recipe.digits.append(.rest)
      apart.insert(wide)
    } else if !isAdded, !columns.isEmpty {
      let isTenantAlone = columns.allSatisfy { draft.recipe.columns[$0].source == .tenant }
      if isTenantAlone {
        draft.recipe.limit = 1
      } else if let other = free.first {
        // Something of which only the server knows how many values there are.
        apart.insert(other)
      }
    }
  }
}
