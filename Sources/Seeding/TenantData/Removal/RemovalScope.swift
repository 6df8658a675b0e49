internal import Postgres
internal import SQLSyntax
internal import Tenants

/// Which rows go with a tenant: in each table those that a rule holds of, before and after.
///
/// Rows that belong through others are found by the keys of those others, which are kept in temporary
/// tables: when the others are gone, the rule still says which rows were theirs.
struct RemovalScope {
  /// What is true of rows that go.
  enum Rule {
    /// A column holds the tenant's id, which is a constant of SQL.
    case tenant(column: String, id: String)
    /// Columns are among the keys that a temporary table keeps under other names.
    case kept(columns: [String], keys: [String], table: String)

    /// The rule as SQL for a row that goes by `alias`.
    func condition(_ alias: String) throws -> String {
      switch self {
      case .tenant(let column, let id):
        return "\(alias).\(try SQLIdentifier.quoted(column)) = \(id)"
      case .kept(let columns, let keys, let table):
        let matches = try zip(columns, keys).map { column, key in
          "k.\(try SQLIdentifier.quoted(key)) = \(alias).\(try SQLIdentifier.quoted(column))"
        }
        return
          "EXISTS (SELECT FROM pg_temp.\(table) AS k WHERE \(matches.joined(separator: " AND ")))"
      }
    }

    /// True of the rows that stay.
    func stays(_ alias: String) throws -> String {
      "NOT COALESCE(\(try condition(alias)), false)"
    }
  }

  /// A table with rows that go.
  struct Table {
    /// The table.
    var relation: Relation
    /// How its rows belong to the tenant, in the words of reports.
    var tenancy: String
    /// Which rows go.
    var rule: Rule
  }

  /// The tables with rows that go.
  private(set) var tables: [Table] = []
  /// What makes the temporary tables of keys, in order.
  private(set) var preparation: [String] = []
  /// For tables of people the query that counts those who belonged to the tenant and stay.
  private(set) var stayingPeople: [(relation: Relation, count: String)] = []
  private let model: TenantTables
  private var names: [String: String] = [:]

  init(_ model: TenantTables) throws {
    self.model = model
    for relation in model.relations where model.isOwned(relation.oid) { try addOwned(relation.oid) }
    for relation in model.relations {
      if case .member(let through, let key) = model.tenancy(of: relation.oid) {
        try addPeople(relation, through: through, key: key)
      }
    }
    try addDependents()
  }

  /// The table's part; nil when none of its rows go.
  func table(_ relation: UInt32) -> Table? { tables.first { $0.relation.oid == relation } }

  private mutating func addOwned(_ oid: UInt32) throws {
    guard table(oid) == nil, let relation = model.catalog.relations[oid] else { return }
    switch model.tenancy(of: oid) {
    case .root(let column), .column(let column):
      guard let type = relation.column(column)?.type else { return }
      tables.append(
        Table(
          relation: relation, tenancy: model.tenancy(of: oid).name,
          rule: .tenant(column: column, id: try model.tenantLiteral(type))))
    case .parent:
      guard let key = model.parentKey(of: oid) else { return }
      try addOwned(key.referencedRelation)
      guard let rule = try refersToGone(key) else { return }
      tables.append(Table(relation: relation, tenancy: "parent", rule: rule))
    case .member, .global, .exempt: return
    }
  }

  /// People who belong to this tenant alone and to whom nothing refers that stays.
  private mutating func addPeople(_ people: Relation, through: UInt32, key name: String) throws {
    guard
      let membership = model.keys.first(where: { $0.relation == through && $0.name == name }),
      let memberships = model.catalog.relations[through], let gone = table(through)
    else { return }
    let belongs = """
      EXISTS (SELECT FROM \(try model.source(memberships)) AS m \
      WHERE \(try TenantTables.match(membership, from: "m", to: "p")) \
      AND \(try gone.rule.condition("m")))
      """
    var conditions = [belongs]
    for key in model.keys where key.referencedRelation == people.oid && key.relation != people.oid {
      guard let referring = model.catalog.relations[key.relation] else { continue }
      var stays = ""
      if let table = table(key.relation) {
        stays = " AND \(try table.rule.stays("o"))"
      } else if model.tenancy(of: key.relation) == .global, key.deleteAction == .cascade {
        // What is nobody's and goes with a person is the person's.
        continue
      }
      conditions.append(
        """
        NOT EXISTS (SELECT FROM \(try model.source(referring)) AS o \
        WHERE \(try TenantTables.match(key, from: "o", to: "p"))\(stays))
        """)
    }
    let columns = membership.referencedColumns
    let keys = try keep(columns, of: people, where: conditions.joined(separator: " AND "))
    let rule = Rule.kept(columns: columns, keys: columns, table: keys)
    try keepWhomOthersNeed(people, columns, keys, rule)
    tables.append(Table(relation: people, tenancy: "member", rule: rule))
    stayingPeople.append(
      (
        people,
        """
        SELECT pg_catalog.count(*)::text FROM \(try model.source(people)) AS p \
        WHERE \(belongs) AND \(try rule.stays("p"))
        """
      ))
  }

  /// Takes from the keys those of people to whom people refer who stay, managers for example.
  private mutating func keepWhomOthersNeed(
    _ people: Relation, _ columns: [String], _ keys: String, _ rule: Rule
  ) throws {
    let own = model.keys.filter {
      $0.relation == people.oid && $0.referencedRelation == people.oid
    }
    guard !own.isEmpty else { return }
    let source = try model.source(people)
    let matches = try own.map { "(\(try TenantTables.match($0, from: "p", to: "q")))" }
    let isSame = try columns.map { column in
      let name = try SQLIdentifier.quoted(column)
      return "k.\(name) = p.\(name)"
    }
    preparation.append(
      """
      WITH RECURSIVE s (part, place) AS (
        SELECT p.tableoid, p.ctid FROM \(source) AS p WHERE \(try rule.stays("p"))
        UNION SELECT q.tableoid, q.ctid
        FROM s JOIN \(source) AS p ON p.tableoid = s.part AND p.ctid = s.place
          JOIN \(source) AS q ON \(matches.joined(separator: " OR ")))
      DELETE FROM pg_temp.\(keys) AS k USING \(source) AS p, s
      WHERE p.tableoid = s.part AND p.ctid = s.place AND \(isSame.joined(separator: " AND "))
      """)
  }

  /// Rows of nobody's tables that the server deletes together with people.
  private mutating func addDependents() throws {
    var changed = true
    while changed {
      changed = false
      for key in model.keys
      where table(key.relation) == nil && key.deleteAction == .cascade
        && model.tenancy(of: key.relation) == .global
      {
        guard let parent = table(key.referencedRelation),
          ["member", "dependent"].contains(parent.tenancy),
          let relation = model.catalog.relations[key.relation],
          let rule = try refersToGone(key)
        else { continue }
        tables.append(Table(relation: relation, tenancy: "dependent", rule: rule))
        changed = true
      }
    }
  }

  /// True of rows that refer through `key` to rows that go.
  private mutating func refersToGone(_ key: Constraint) throws -> Rule? {
    guard let parent = table(key.referencedRelation) else { return nil }
    let keys = try keep(
      key.referencedColumns, of: parent.relation, where: try parent.rule.condition("p"))
    return .kept(columns: key.columns, keys: key.referencedColumns, table: keys)
  }

  /// The temporary table with keys of rows that go; made when it is first asked for.
  private mutating func keep(
    _ columns: [String], of relation: Relation, where condition: String
  ) throws -> String {
    let identity = "\(relation.oid) \(columns)"
    if let name = names[identity] { return name }
    let name = "dbtool_gone_\(names.count + 1)"
    names[identity] = name
    preparation.append(
      """
      CREATE TEMPORARY TABLE \(name) ON COMMIT DROP AS \
      SELECT \(try TenantTables.list(columns, of: "p")) \
      FROM \(try model.source(relation)) AS p WHERE \(condition)
      """)
    preparation.append("ANALYZE pg_temp.\(name)")
    return name
  }
}
