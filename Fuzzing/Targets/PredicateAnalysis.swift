@testable import Isolation
@testable import Policies
@testable import Postgres
@testable import SQLSyntax
@testable import Synthesis

extension FuzzTarget {
  /// What is proven of two predicates is true of rows, weaker forms of one are predicates, and what
  /// values are made of one stays within its limits.
  ///
  /// An input is two predicates over bookings, the body of a function, and a pattern.
  static let predicateAnalysis = FuzzTarget(name: "predicate-analysis") { input in
    let parts = parts(input, 4)
    let catalog = SampleCatalog.with(body: parts[2])
    try compare(parts[0], parts[1], catalog)
    try weaken(parts[0])
    try propose(parts[0], catalog)
    try sample(parts[3])
  }

  // MARK: - What follows from what

  private static func compare(_ one: String, _ other: String, _ catalog: Catalog) throws {
    guard let relation = catalog.relations[SampleCatalog.bookings] else { return }
    let reader = ConditionReader(catalog: catalog)
    let (before, after) = (
      reader.condition(one, of: relation), reader.condition(other, of: relation)
    )
    try hold(
      ConditionComparison(before: before, after: before).effect == .equal,
      "\(one) is not equal to itself")
    let there = ConditionComparison(before: before, after: after)
    if there.isNeverLooser { try isTrueOfRows(after, before) }
    if there.effect == .equal { try isTrueOfRows(before, after) }
    try hold(
      !there.isNeverLooser || [.equal, .tightens, .unclear].contains(there.effect),
      "a proof that \(after) is never looser, and it \(there.effect.rawValue)")
  }

  /// Every row of which `first` is true is one of which `second` is.
  private static func isTrueOfRows(_ first: Condition, _ second: Condition) throws {
    guard let rows = SampleRows(for: [first, second]) else { return }
    for row in rows.all where row.isTrue(of: first) {
      try hold(row.isTrue(of: second), "\(row) is of \(first) and not of \(second)")
    }
  }

  // MARK: - Weaker forms

  private static func weaken(_ predicate: String) throws {
    // What the catalog writes is an expression with anything around it; `a b` would be a with a name.
    // And it writes no comments, and blanks between all words and signs.
    let predicate = ((try? Token.all(in: predicate)) ?? []).filter { !$0.isComment }.map(\.text)
      .joined(separator: " ")
    guard (try? SyntaxTree.statements(of: "SELECT (\(predicate)\n)"))?.count == 1 else { return }
    let mutations = ExpressionMutations(
      tenantColumns: ["tenant_id"], isText: true, setting: "app.current_tenant_id")
    for weaker in mutations.of(predicate) {
      let statements = try? SyntaxTree.statements(of: "SELECT (\(weaker.expression)\n)")
      try hold(
        statements?.count == 1, "\(weaker.operator): \(weaker.expression) is no expression")
    }
    _ = TenantComparison(
      column: Column(
        number: 1, name: "tenant_id", type: ColumnType(named: "uuid"), isNotNull: true,
        defaultExpression: nil, generation: .none, computation: nil),
      setting: "app.current_tenant_id"
    ).isEvident(in: predicate)
  }

  // MARK: - Values

  private static func propose(_ predicate: String, _ catalog: Catalog) throws {
    var collector = HintCollector(context: "tenant")
    collector.collect(predicate)
    _ = collector.hints
    let names = HintCollector.columns(in: predicate).sorted()
    var catalog = catalog
    catalog.constraintsByRelation[SampleCatalog.bookings, default: []].append(
      SampleCatalog.check(predicate, columns: names))
    guard let relation = catalog.relations[SampleCatalog.bookings] else { return }
    let groups = try ConstraintGroup.groups(of: relation, catalog: catalog, open: Set(names))
    try hold(
      groups.flatMap(\.columns).count == Set(groups.flatMap(\.columns)).count,
      "a column is in two groups: \(groups)")
    let trees = ExpressionExpander(catalog: catalog).trees(of: predicate, on: relation)
    let demands = SettingDemand.found(in: trees)
    let proposals = SettingDemand.proposals(for: demands, fallback: ["a", "b"], limit: 10)
    try hold(proposals.count <= 10, "\(proposals.count) proposals")
    try hold(
      proposals.allSatisfy { Set($0.keys) == Set(demands.map(\.name)) },
      "a proposal leaves out a setting")
  }

  private static func sample(_ pattern: String) throws {
    var random = SeededGenerator(seed: 1)
    _ = PatternSampler.sample(like: pattern, using: &random)
    guard let template = PatternSampler.template(regularExpression: pattern, using: &random) else {
      return
    }
    try hold(
      template.positions.allSatisfy { !$0.isEmpty }, "\(pattern) leaves a place without choice")
    try hold(
      template.positions.count <= 100_000, "\(pattern) has \(template.positions.count) places")
    try hold(template.capacity >= 1, "\(pattern) has no text")
    var bytes: [UInt8] = []
    template.write(template.capacity - 1, into: &bytes)
    try hold(bytes.isEmpty == template.positions.isEmpty, "\(pattern) writes \(bytes)")
  }
}
