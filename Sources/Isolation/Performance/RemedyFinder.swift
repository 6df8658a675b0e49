internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// Finds in policies what may make queries slow, with what might help.
///
/// Nothing here is a finding: whether it helps, the planner says.
struct RemedyFinder {
  private let catalog: Catalog
  private let model: TenancyModel
  private let subqueries: SubqueryKeys

  init(_ survey: Survey) {
    catalog = survey.catalog
    model = survey.model
    subqueries = SubqueryKeys(catalog: survey.catalog)
  }

  /// What one expression holds.
  private struct Places {
    var calls: [Remedy.Edit] = []
    var callTexts: [String] = []
    var memberships: [Remedy.Edit] = []
    var membershipTexts: [String] = []
    /// Columns, or expressions over them, that are compared with what is the same for all rows.
    var keys: [String] = []
  }

  /// What might help the queries under a policy.
  func remedies(of policy: PolicyDefinition, on relation: Relation) -> [Remedy] {
    guard let using = policy.using, let text = try? ExpressionText(using) else { return [] }
    let places = self.places(in: text, relation)
    let check = policy.check.flatMap { try? ExpressionText($0) }.map {
      self.places(in: $0, relation)
    }
    var remedies: [Remedy] = []
    for key in places.keys {
      remedies.append(
        Remedy(
          rule: "tenant-index-missing", policy: policy,
          change: .index(relation: relation.oid, keys: [key]), part: key))
    }
    for found in subqueries.keys(in: text.tree, of: relation) {
      let change = Remedy.Change.index(relation: found.relation, keys: found.columns)
      guard !remedies.contains(where: { $0.change == change }) else { continue }
      remedies.append(
        Remedy(
          rule: "slow-policy-subquery", policy: policy, change: change,
          part: catalog.relations[found.relation]?.displayName ?? "?", isHidden: found.isHidden))
    }
    if !places.memberships.isEmpty {
      remedies.append(
        Remedy(
          rule: "slow-policy-subquery", policy: policy, change: .policy(name: policy.name),
          using: places.memberships, check: check?.memberships ?? [],
          part: places.membershipTexts[0]))
    }
    if !places.calls.isEmpty {
      remedies.append(
        Remedy(
          rule: "slow-policy-call", policy: policy, change: .policy(name: policy.name),
          using: places.calls, check: check?.calls ?? [],
          part: places.callTexts.joined(separator: ", ")))
    }
    return remedies
  }

  private func places(in text: ExpressionText, _ relation: Relation) -> Places {
    var places = Places()
    visit(text.tree, text.whole, text, relation, &places)
    return places
  }

  private func visit(
    _ node: SyntaxNode, _ place: Range<Int>, _ text: ExpressionText, _ relation: Relation,
    _ places: inout Places
  ) {
    let row = RowReferences(relation: relation)
    if let (type, fields) = node.node, type == "BoolExpr" {
      guard fields["boolop"]?.text != "NOT_EXPR", let parts = text.parts(of: node) else { return }
      for (part, child) in zip(parts, fields["args"]?.elements ?? []) {
        visit(child, part, text, relation, &places)
      }
    } else if row.isSame(node) {
      wrap(node, place, text, &places)
    } else if let (value, array) = text.anyComparison(node) {
      guard let right = node["A_Expr"]?["rexpr"], row.isSame(right) else { return }
      places.keys.append(key(text[value]))
      guard RowReferences.calls(right), let type = self.type(of: right, text[array]) else { return }
      places.calls.append(
        Remedy.Edit(place: array, text: "(SELECT \(text[array]))::\(type)"))
      places.callTexts.append(text[array])
    } else if let sides = text.comparison(node), let fields = node["A_Expr"],
      let left = fields["lexpr"], let right = fields["rexpr"]
    {
      let isEquality = fields["name"]?.elements.last?["String"]?["sval"]?.text == "="
      for (side, other, sidePlace, otherPlace) in [
        (left, right, sides.left, sides.right), (right, left, sides.right, sides.left),
      ] where row.isSame(other) {
        if isEquality, !RowReferences.asks(side) { places.keys.append(key(text[sidePlace])) }
        wrap(other, otherPlace, text, &places)
      }
    } else if let found = text.membership(node), let query = node["SubLink"]?["subselect"],
      row.isSame(query)
    {
      places.keys.append(key(text[found.value]))
      // The ids of one user's tenants are few; of other rows there may be too many for an array.
      guard isTenantColumn(node["SubLink"]?["testexpr"], of: relation) else { return }
      places.memberships.append(
        Remedy.Edit(
          place: place, text: "(\(text[found.value]) = ANY (ARRAY(\(text[found.query]))))"))
      places.membershipTexts.append(text[found.query])
    } else if let column = tenantColumn(of: relation),
      let edit = MembershipExistence(text: text, relation: relation, column: column)
        .edit(node, place)
    {
      places.keys.append(SQLNames.of(column))
      places.memberships.append(edit)
      places.membershipTexts.append(text[place])
    }
  }

  /// Lets a part be computed once, unless it is already.
  private func wrap(
    _ node: SyntaxNode, _ place: Range<Int>, _ text: ExpressionText, _ places: inout Places
  ) {
    guard RowReferences.calls(node) else { return }
    places.calls.append(Remedy.Edit(place: place, text: "(SELECT \(text[place]))"))
    places.callTexts.append(text[place])
  }

  /// A plain column as it is, anything else in the parentheses that an index wants.
  private func key(_ text: String) -> String {
    guard (try? SyntaxTree.expression(text))?.node?.type == "ColumnRef" else { return "(\(text))" }
    return text
  }

  private func isTenantColumn(_ node: SyntaxNode?, of relation: Relation) -> Bool {
    let name = node?["ColumnRef"]?["fields"]?.elements.last?["String"]?["sval"]?.text
    return name != nil && name == tenantColumn(of: relation)
  }

  private func tenantColumn(of relation: Relation) -> String? {
    switch model.tables[relation.oid] {
    case .root(let column), .column(let column): return column
    default: return nil
    }
  }

  /// The type of an array, as its text or the function that makes it says.
  private func type(of node: SyntaxNode, _ text: String) -> String? {
    if node["TypeCast"] != nil, let mark = text.ranges(of: "::").last {
      return String(text[mark.upperBound...])
    }
    guard let call = node["FuncCall"] else { return nil }
    let result = RoutineIndex(catalog: catalog).routine(calledBy: call)?.result
    return result?.hasPrefix("SETOF") == true ? nil : result
  }
}
