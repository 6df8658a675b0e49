package import Postgres
package import SQLSyntax

/// Columns that constraints tie together, with those constraints.
package struct ConstraintGroup: Sendable, Equatable {
  /// The columns.
  package var columns: [String]
  /// SQL conditions over a row that is called as its relation.
  package var conditions: [String]
  /// The constraints in words.
  package var names: [String]

  /// The constraints of a relation, grouped by the columns they share.
  ///
  /// - Parameters:
  ///   - open: The columns whose values are to be chosen.
  ///   - extra: Further expressions over the row that must be true.
  package static func groups(
    of relation: Relation, catalog: Catalog, open: Set<String>, extra: [String] = []
  ) throws(SyntaxError) -> [ConstraintGroup] {
    var groups: [ConstraintGroup] = []
    func add(_ group: ConstraintGroup) {
      var merged = group
      // What a generated column is computed from is to be chosen with it.
      for name in group.columns {
        let sources = relation.column(name).map(HintCollector.sources(of:)) ?? []
        merged.columns += relation.columns.map(\.name).filter {
          sources.contains($0) && !merged.columns.contains($0)
        }
      }
      let columns = merged.columns
      groups.removeAll { other in
        guard !Set(other.columns).isDisjoint(with: columns) else { return false }
        merged.columns = other.columns + merged.columns.filter { !other.columns.contains($0) }
        merged.conditions = other.conditions + merged.conditions
        merged.names = other.names + merged.names
        return true
      }
      groups.append(merged)
    }
    for constraint in catalog.constraints(of: relation.oid) where constraint.kind == .check {
      guard let expression = constraint.expression, !constraint.columns.isEmpty else { continue }
      add(
        ConstraintGroup(
          columns: constraint.columns, conditions: ["(\(expression)) IS NOT FALSE"],
          names: ["constraint \(constraint.name) \(constraint.definition)"]))
    }
    for column in relation.columns
    where column.type.category == "c" && open.contains(column.name) {
      // How many columns a composite type has, only the server knows.
      add(
        ConstraintGroup(
          columns: [column.name], conditions: ["true"], names: ["type \(column.type.sql)"]))
    }
    let alias = try SQLIdentifier.quoted(relation.name)
    for column in relation.columns {
      guard let domain = column.type.domain, open.contains(column.name) else { continue }
      for constraint in catalog.constraints where constraint.domain == domain {
        guard let expression = constraint.expression else { continue }
        let name = try SQLIdentifier.quoted(column.name)
        // In a domain's CHECK the value is called VALUE, which as a plain name is "value".
        add(
          ConstraintGroup(
            columns: [column.name],
            conditions: [
              "(SELECT (\(expression)) IS NOT FALSE FROM (SELECT \(alias).\(name)) d(value))"
            ],
            names: ["constraint \(constraint.name) of domain \(column.type.sql)"]))
      }
    }
    for condition in extra {
      let mentioned = HintCollector.columns(in: condition)
      let names = relation.columns.map(\.name).filter { mentioned.contains($0) }
      add(ConstraintGroup(columns: names, conditions: ["(\(condition))"], names: [condition]))
    }
    let bounds = catalog.bounds(of: relation)
    if !bounds.isEmpty {
      let bound = bounds.map { "(\($0))" }.joined(separator: " OR ")
      let names = relation.columns.map(\.name).filter { bound.contains($0) }
      if !names.isEmpty {
        let condition = try hashCondition(bound, over: names, of: relation) ?? "(\(bound))"
        add(
          ConstraintGroup(columns: names, conditions: [condition], names: ["the partition's bound"])
        )
      }
    }
    return groups
  }

  /// The bound of a hash partition over columns of domains, whose values it wants as such and not as
  /// values of the type under them; nil for any other bound.
  private static func hashCondition(
    _ bound: String, over names: [String], of relation: Relation
  ) throws(SyntaxError) -> String? {
    let columns = names.compactMap { relation.column($0) }
    guard bound.contains("satisfies_hash_partition("),
      columns.contains(where: { $0.type.domain != nil })
    else { return nil }
    let alias = try SQLIdentifier.quoted(relation.name)
    var values: [String] = []
    for column in columns {
      let name = try SQLIdentifier.quoted(column.name)
      values.append("CAST(\(alias).\(name) AS \(column.type.sql)) AS \(name)")
    }
    return "(SELECT (\(bound)) FROM (SELECT \(values.joined(separator: ", "))) dbtool_key)"
  }
}
