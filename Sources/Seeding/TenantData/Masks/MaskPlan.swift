internal import Postgres
internal import SQLSyntax
internal import Wording

/// Which columns are masked, and how: what the manifest says, held against the catalog.
struct MaskPlan {
  /// The masks by table and column.
  private(set) var masks: [UInt32: [String: Mask]] = [:]
  private var places: [UInt32: [String: (file: String, line: Int, path: String)]] = [:]
  private let tables: TenantTables

  /// The masks of a manifest.
  ///
  /// - Throws: `SeedError` with file and line for what does not fit.
  init(_ manifest: SeedManifest, _ tables: TenantTables) throws(SeedError) {
    self.tables = tables
    for (name, rule) in manifest.tables.sorted(by: { $0.key < $1.key }) {
      let masked = rule.columns.filter { $0.value.mask != nil }.sorted { $0.key < $1.key }
      guard !masked.isEmpty else { continue }
      let relations = try relations(name, rule)
      for (column, columnRule) in masked {
        for relation in relations where manifest.rule(relation) == rule {
          try add(columnRule, column: column, to: relation, name: name, file: rule.file)
        }
      }
    }
    try checkReferences()
    for (relation, columns) in masks {
      for column in columns.keys where isKeptApart(relation, column) {
        masks[relation]?[column]?.isUnique = true
      }
    }
    try shareLimits()
    try checkUniqueness()
  }

  /// The columns that are masked, as `schema.table.column`, without those that are meant to stay.
  var names: [String] {
    tables.relations.flatMap { relation in
      (masks[relation.oid] ?? [:]).filter { $0.value.kind != .keep }.keys.sorted().map {
        relation.displayName + "." + $0
      }
    }
  }

  /// What says how a column is masked.
  func place(_ relation: UInt32, _ column: String) -> (file: String, line: Int, path: String)? {
    places[relation]?[column]
  }

  /// An error about the mask of a column.
  func error(
    _ relation: UInt32, _ column: String, _ problem: String, remedy: String? = nil
  ) -> SeedError {
    let place = places[relation]?[column]
    return SeedError(
      .unfitMask, (place.map { $0.path + ": " } ?? "") + problem, file: place?.file,
      location: place.map { SourceLocation(line: $0.line, column: 1) }, remedy: remedy)
  }

  // MARK: - Reading

  private func relations(
    _ name: String, _ rule: SeedTableRule
  ) throws(SeedError) -> [Relation] {
    let found = tables.relations.filter { $0.displayName == name || $0.name == name }
    guard found.isEmpty else { return found }
    let isOther = tables.catalog.relations.values.contains {
      $0.displayName == name || $0.name == name
    }
    throw SeedError(
      .unfitMask,
      isOther
        ? "tables.\(name) is no table whose columns can be masked" : "there is no table \(name)",
      file: rule.file, location: SourceLocation(line: rule.line, column: 1),
      remedy: NearNames.advice(
        for: name, among: tables.relations.flatMap { [$0.name, $0.displayName] },
        otherwise: isOther
          ? "Mask the columns of the table that the rows come from."
          : "Name it as the database has it: schema.table or table."))
  }

  private mutating func add(
    _ rule: SeedColumnRule, column: String, to relation: Relation, name: String, file: String
  ) throws(SeedError) {
    places[relation.oid, default: [:]][column] = (
      file, rule.line, "tables.\(name).columns.\(column)"
    )
    guard let found = relation.column(column) else {
      throw error(
        relation.oid, column, "table \(relation.displayName) has no column \(column)",
        remedy: "Its columns are: \(relation.columns.map(\.name).joined(separator: ", ")).")
    }
    guard let text = rule.mask, let kind = Mask.kind(text) else {
      throw error(
        relation.oid, column, "there is no mask \"\(rule.mask ?? "")\"",
        remedy: "Masks are: \(Mask.names.joined(separator: ", ")); date(DAYS) and fixed(VALUE) "
          + "take what stands in brackets.")
    }
    if kind == .keep {
      masks[relation.oid, default: [:]][column] = Mask(kind: kind)
      return
    }
    if found.generation == .stored {
      throw error(
        relation.oid, column, "the database computes this column",
        remedy: "Mask the columns that it is computed from.")
    }
    if tables.tenantColumn(of: relation.oid) == column {
      throw error(
        relation.oid, column,
        "this column holds the tenant's id, by which its rows belong together",
        remedy: "Leave it as it is.")
    }
    if kind == .null, found.isNotNull {
      throw error(
        relation.oid, column, "the column refuses NULL", remedy: "Take another mask.")
    }
    guard Self.fits(kind, found.type) else {
      throw error(
        relation.oid, column, "the mask \(text) does not fit the type \(found.type.sql)",
        remedy: "null, fixed(VALUE) and keep fit every type.")
    }
    var mask = Mask(kind: kind)
    if ["varchar", "bpchar"].contains(found.type.baseName), found.type.modifier > 4 {
      mask.limit = found.type.modifier - 4
    }
    mask.greatest =
      switch found.type.baseName {
      case "int2": 32_767
      case "int4": 2_147_483_647
      default: nil
      }
    mask.ignoresCase = found.type.baseName == "citext"
    masks[relation.oid, default: [:]][column] = mask
  }

  private static func fits(_ kind: Mask.Kind, _ type: ColumnType) -> Bool {
    let name = type.baseName
    let isText = !type.isArray && ["text", "varchar", "bpchar", "citext", "name"].contains(name)
    switch kind {
    case .null, .fixed, .keep: return true
    case .number:
      return ["int2", "int4", "int8", "numeric", "float4", "float8", "money"].contains(name)
        && name != "money" || isText
    case .date:
      let element = type.elementName ?? name
      return ["date", "timestamp", "timestamptz"].contains(element) || isText
    case .ip: return ["inet", "cidr"].contains(name) || isText
    case .uuid: return name == "uuid" || isText
    default: return isText
    }
  }

  // MARK: - Keys

  /// Both sides of a foreign key must be masked in the same way, or rows lose what they refer to.
  private func checkReferences() throws(SeedError) {
    for key in tables.keys {
      for (column, referenced) in zip(key.columns, key.referencedColumns) {
        let own = mask(key.relation, column)
        let other = mask(key.referencedRelation, referenced)
        // Without a value there is nothing that it could refer to.
        if own?.kind == other?.kind || own?.kind == .null { continue }
        let isOwn = own != nil
        let place = isOwn ? (key.relation, column) : (key.referencedRelation, referenced)
        let counterpart = isOwn ? (key.referencedRelation, referenced) : (key.relation, column)
        let table = tables.catalog.relations[counterpart.0]?.displayName ?? ""
        throw error(
          place.0, place.1,
          "the foreign key \(key.name) ties this column to \(table).\(counterpart.1), which is "
            + "not masked in the same way",
          remedy: "Give both the same mask, or none.")
      }
    }
  }

  private func mask(_ relation: UInt32, _ column: String) -> Mask? {
    guard let mask = masks[relation]?[column], mask.kind != .keep else { return nil }
    return mask
  }

  /// True when the column is part of something that keeps values apart, here or where it refers to.
  private func isKeptApart(_ relation: UInt32, _ column: String) -> Bool {
    let isReferring = tables.keys.contains { key in
      (key.relation == relation && key.columns.contains(column))
        || (key.referencedRelation == relation && key.referencedColumns.contains(column))
    }
    return isReferring
      || tables.catalog.constraints(of: relation).contains { constraint in
        switch constraint.kind {
        case .primaryKey, .exclusion: constraint.columns.contains(column)
        // Columns of expressions are only in the text.
        case .unique:
          constraint.columns.contains(column) || Self.mentions(column, in: constraint.definition)
        case .check, .foreignKey: false
        }
      }
  }

  private static func mentions(_ column: String, in definition: String) -> Bool {
    let word = { (character: Character) in
      character.isLetter || character.isNumber || character == "_"
    }
    let start = definition.firstIndex(of: "(") ?? definition.startIndex
    return definition[start...].split { !word($0) }.contains { $0 == column }
      || (!column.allSatisfy(word) && definition.contains(column))
  }

  /// Columns that refer to each other get the narrowest limit among them.
  private mutating func shareLimits() throws(SeedError) {
    for _ in 0..<max(1, tables.keys.count) {
      var hasChanged = false
      for key in tables.keys {
        for (column, referenced) in zip(key.columns, key.referencedColumns) {
          guard let own = mask(key.relation, column),
            let other = mask(key.referencedRelation, referenced), own.kind == other.kind
          else { continue }
          var shared = own
          shared.limit = [own.limit, other.limit].compactMap(\.self).min()
          shared.greatest = [own.greatest, other.greatest].compactMap(\.self).min()
          shared.isUnique = own.isUnique || other.isUnique
          shared.ignoresCase = own.ignoresCase || other.ignoresCase
          if shared != own || shared != other {
            masks[key.relation]?[column] = shared
            masks[key.referencedRelation]?[referenced] = shared
            hasChanged = true
          }
        }
      }
      if !hasChanged { return }
    }
  }

  private func checkUniqueness() throws(SeedError) {
    for relation in tables.relations {
      for (column, mask) in (masks[relation.oid] ?? [:]).sorted(by: { $0.key < $1.key })
      where mask.isUnique {
        guard !mask.canKeepApart || (mask.limit ?? 99) < 16 && mask.kind != .number else {
          continue
        }
        if mask.canKeepApart, [.keep, .null].contains(mask.kind) { continue }
        throw error(
          relation.oid, column,
          "different values have to stay different here, which this mask cannot see to",
          remedy: "Take hash, uuid, email, name or null.")
      }
    }
  }
}

extension SeedManifest {
  /// What is said of a table.
  func rule(_ relation: Relation) -> SeedTableRule? {
    rule(schema: relation.schema, name: relation.name)
  }
}
