package import Postgres

/// A row of which some values are known and others still to be chosen.
package struct RowDraft: Sendable {
  /// The relation.
  package var relation: UInt32
  /// To whom the row will belong.
  package var owner: SyntheticRow.Owner
  /// Its number among the owner's rows.
  package var ordinal: Int
  /// Values that are decided: the tenant's id and what foreign keys refer to; nil is NULL.
  package var fixed: [String: String?] = [:]
  /// Proposals for the other columns, the most natural first.
  package var candidates: [String: [String]] = [:]
  /// Columns that may be left out, so that they get their default or NULL.
  package var optional: Set<String> = []
  /// Expressions over the row that must be true beyond its constraints.
  package var conditions: [String] = []
  /// Foreign keys to be filled with the row's own key, when nothing else is there to refer to.
  package var deferredKeys: [Constraint] = []

  /// A row of which nothing is known yet.
  package init(relation: UInt32, owner: SyntheticRow.Owner, ordinal: Int) {
    self.relation = relation
    self.owner = owner
    self.ordinal = ordinal
  }
}
