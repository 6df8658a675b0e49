internal import Postgres

extension RowSynthesizer {
  /// Fills columns that repeat what stands in the owner's first row of another relation.
  func echo(into draft: inout RowDraft) {
    for (column, source) in goal.echoes[draft.relation] ?? [:] where draft.fixed[column] == nil {
      guard let row = rows(of: source.relation, owner: draft.owner).first,
        let value = row.values[source.column] ?? nil
      else { continue }
      let tenantColumn = goal.tenantColumns[draft.relation]
      let isKey = constraints[draft.relation, default: []].contains { constraint in
        [.primaryKey, .unique].contains(constraint.kind) && !constraint.columns.isEmpty
          && constraint.columns.allSatisfy { $0 == column || $0 == tenantColumn }
      }
      if !isKey || draft.ordinal == 0 { draft.fixed[column] = value }
    }
  }

  /// Puts what is preferred for columns before everything else that is proposed for them.
  func prefer(
    _ preferences: [String: ColumnPreference], besides keys: Set<String>, in relation: Relation,
    draft: inout RowDraft
  ) {
    for (name, preference) in preferences.sorted(by: { $0.key < $1.key }) {
      guard let column = relation.column(name), let candidates = draft.candidates[name],
        !keys.contains(name), column.generation != .stored
      else { continue }
      switch preference {
      case .oneOf(let values):
        draft.candidates[name] = values + candidates.filter { !values.contains($0) }
        draft.optional.remove(name)
      case .given:
        draft.optional.remove(name)
      case .null:
        guard !column.isNotNull, column.defaultExpression != nil else { continue }
        draft.candidates.removeValue(forKey: name)
        draft.fixed[name] = .some(nil)
      }
    }
  }

  /// How a column repeats itself; nil where a key needs it to differ.
  func repetition(of column: String, in relation: Relation) -> RepeatedValue? {
    guard let columns = goal.repeated[relation.oid], let found = columns[column] else { return nil }
    let tenantColumn = goal.tenantColumns[relation.oid]
    let isKey = constraints[relation.oid, default: []].contains { constraint in
      [.primaryKey, .unique, .exclusion].contains(constraint.kind)
        && constraint.columns.contains(column)
        && constraint.columns.allSatisfy { columns[$0] != nil || $0 == tenantColumn }
    }
    return isKey ? nil : found
  }

  /// The values from another one on for each row, so that rows differ where they can.
  func rotated(_ values: [String], by number: Int) -> [String] {
    guard !values.isEmpty else { return [] }
    let shift = number % values.count
    return Array(values[shift...] + values[..<shift])
  }
}
