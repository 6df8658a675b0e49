internal import Postgres
internal import SQLSyntax

/// Writes the expressions of policies in their best known form.
///
/// A setting is read inside `(SELECT …)`, which the planner computes once for a statement instead of
/// once a row (an InitPlan); NULLIF turns the empty text that a setting has after its transaction
/// into NULL, which equals nothing; and the value is cast, never the column, so that an index on the
/// column serves.
struct PolicyPredicates {
  let manifest: PolicyManifest
  let catalog: Catalog
  let isolation: (UInt32) -> TableIsolation?

  /// The condition that a row of `relation` belongs to the tenant of the context; nil for tables
  /// that belong to nobody.
  func ofTenant(
    _ relation: Relation, as isolation: TableIsolation
  ) throws(SyntaxError) -> String? {
    try condition(relation, isolation, prefix: nil)
  }

  private func condition(
    _ relation: Relation, _ isolation: TableIsolation?, prefix: String?
  ) throws(SyntaxError) -> String? {
    switch isolation {
    case .root(let column), .column(let column):
      let left = try Self.name(column, prefix)
      return try left + " = " + value(of: manifest.tenant, for: relation.column(column))
    case .parent(let link), .membership(let link):
      guard prefix == nil, let other = catalog.relations[link.relation] else { return nil }
      var alias = "parent"
      if case .membership? = isolation { alias = "member" }
      return try exists(relation, other, link, alias)
    default: return nil
    }
  }

  /// A row of `other` exists that the link leads to, and that belongs to the tenant.
  ///
  /// The other table's own policies hold inside the subquery too. Where it has a tenant column that
  /// is asked for all the same: should those policies ever be loosened, this one holds.
  private func exists(
    _ relation: Relation, _ other: Relation, _ link: TableIsolation.Link, _ wish: String
  ) throws(SyntaxError) -> String {
    let alias = Self.alias(wish, besides: relation)
    var conditions: [String] = []
    for (here, there) in zip(link.columns, link.otherColumns) {
      conditions.append(
        try Self.name(there, alias) + " = " + Self.name(here, relation.name))
    }
    if let tenant = try condition(other, isolation(other.oid), prefix: alias) {
      conditions.append(tenant)
    }
    return try query(other, alias, conditions)
  }

  /// The condition that a reference is empty or leads to a row that the tenant sees.
  ///
  /// Foreign keys are checked without policies (PostgreSQL manual, section 5.8): without this a
  /// tenant could refer to another one's rows, and ask which ids exist.
  func reference(_ relation: Relation, _ key: Constraint) throws(SyntaxError) -> String? {
    guard let other = catalog.relations[key.referencedRelation] else { return nil }
    let alias = Self.alias("referenced", besides: relation)
    var conditions: [String] = []
    for (here, there) in zip(key.columns, key.referencedColumns) {
      conditions.append(try Self.name(there, alias) + " = " + Self.name(here, relation.name))
    }
    switch isolation(other.oid) {
    case .root(let column), .column(let column):
      conditions.append(
        try Self.name(column, alias) + " = "
          + value(of: manifest.tenant, for: other.column(column)))
    case .membership(let link):
      return try membership(relation, key, through: link)
    default: break
    }
    let found = try query(other, alias, conditions)
    return try orEmpty(found, relation, key)
  }

  /// A reference that is empty refers to nobody's row.
  private func orEmpty(
    _ found: String, _ relation: Relation, _ key: Constraint
  ) throws(SyntaxError) -> String {
    var parts: [String] = []
    for column in key.columns where relation.column(column)?.isNotNull != true {
      parts.append(try Self.name(column, nil) + " IS NULL")
    }
    return parts.isEmpty ? found : "(" + (parts + [found]).joined(separator: " OR ") + ")"
  }

  /// The same for a person, whose membership says enough.
  private func membership(
    _ relation: Relation, _ key: Constraint, through link: TableIsolation.Link
  ) throws(SyntaxError) -> String? {
    guard let members = catalog.relations[link.relation] else { return nil }
    let alias = Self.alias("member", besides: relation)
    var conditions: [String] = []
    for (person, member) in zip(link.columns, link.otherColumns) {
      guard let index = key.referencedColumns.firstIndex(of: person) else { return nil }
      conditions.append(
        try Self.name(member, alias) + " = " + Self.name(key.columns[index], relation.name))
    }
    if let tenant = try condition(members, isolation(members.oid), prefix: alias) {
      conditions.append(tenant)
    }
    let found = try query(members, alias, conditions)
    return try orEmpty(found, relation, key)
  }

  private func query(
    _ relation: Relation, _ alias: String, _ conditions: [String]
  ) throws(SyntaxError) -> String {
    let table = try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
    return "EXISTS (SELECT FROM \(table) AS \(alias) WHERE "
      + conditions.joined(separator: " AND ") + ")"
  }

  /// The value of a context's setting: `(SELECT NULLIF(current_setting('…', true), '')::uuid)`.
  func value(
    of context: PolicyManifest.Context, for column: Column?
  ) throws(SyntaxError) -> String {
    let read = try "NULLIF(current_setting(\(SQLLiteral.quoted(context.setting)), true), '')"
    let type = context.type ?? column.map { Self.castType($0.type) } ?? "text"
    if !context.claim.isEmpty {
      let claim = try SQLLiteral.quoted(
        context.claim.count == 1
          ? context.claim[0] : "{" + context.claim.joined(separator: ",") + "}")
      let member = "\(read)::jsonb \(context.claim.count == 1 ? "->>" : "#>>") \(claim)"
      return Self.isText(type) ? "(SELECT \(member))" : "(SELECT (\(member))::\(type))"
    }
    return Self.isText(type) ? "(SELECT \(read))" : "(SELECT \(read)::\(type))"
  }

  /// The condition that a column holds one of the tenants in a list.
  func ofTenantList(
    _ relation: Relation, column: String, setting: String
  ) throws(SyntaxError) -> String {
    let type =
      manifest.tenant.type ?? relation.column(column).map { Self.castType($0.type) } ?? "text"
    let read = try
      "string_to_array(NULLIF(current_setting(\(SQLLiteral.quoted(setting)), true), ''), ',')"
    return try SQLIdentifier.readable(column) + " = ANY ((SELECT \(read))::\(type)[])"
  }

  private static func isText(_ type: String) -> Bool {
    ["text", "varchar", "character varying"].contains(type.lowercased())
  }

  /// The type to cast a setting to for a column, so that an index on the column can be used.
  private static func castType(_ type: ColumnType) -> String {
    // A modifier would cut the value off, and what was cut could be another tenant.
    ["varchar", "text", "bpchar", "name"].contains(type.baseName)
      ? "text" : type.modifier >= 0 ? type.baseName : type.baseSQL
  }

  private static func name(_ column: String, _ prefix: String?) throws(SyntaxError) -> String {
    let column = try SQLIdentifier.readable(column)
    guard let prefix else { return column }
    return try SQLIdentifier.readable(prefix) + "." + column
  }

  /// A name for another table in a subquery that doesn't hide the policy's own table.
  static func alias(_ wish: String, besides relation: Relation) -> String {
    relation.name == wish ? wish + "_row" : wish
  }
}
