package import Postgres

extension RowSynthesizer {
  /// A row like the others of `owner` in `relation` for which, moreover, `condition` is true.
  package struct Wish: Sendable {
    /// The relation.
    package var relation: UInt32
    /// To whom the row shall belong.
    package var owner: SyntheticRow.Owner
    /// The expression over the row, for example a policy's.
    package var condition: String
    /// Values to choose from for some columns, whatever the owner's would be.
    package var choices: [String: [String]]
    /// The tenant in whose context the condition shall be true.
    package var context: String?

    /// A wish from its parts.
    package init(
      relation: UInt32, owner: SyntheticRow.Owner, condition: String,
      choices: [String: [String]] = [:], context: String? = nil
    ) {
      self.relation = relation
      self.owner = owner
      self.condition = condition
      self.choices = choices
      self.context = context
    }
  }

  /// Tries to make a row for each wish, with one network wait; nil where none was found.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  package mutating func makeRows(
    for wishes: [Wish], on connection: any Connection
  ) throws -> [SyntheticRow?] {
    try outcomes(for: wishes, on: connection).map { try? $0.get() }
  }

  /// Tries to make a row for each wish, with one network wait; `prelude` runs before.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  package mutating func outcomes(
    for wishes: [Wish], after prelude: [PipelineStatement] = [], on connection: any Connection
  ) throws -> [Result<SyntheticRow, Obstacle>] {
    var drafts: [RowDraft] = []
    var places: [Int] = []
    for (index, wish) in wishes.enumerated() {
      let ordinal = (rowCounts[wish.relation] ?? 1) + 1 + index % 64
      guard
        let draft = draft(
          wish.relation, owner: wish.owner, ordinal: ordinal, wish: wish)
      else { continue }
      drafts.append(draft)
      places.append(index)
    }
    var rows = [Result<SyntheticRow, Obstacle>](
      repeating: .failure(Obstacle("the table has no rows", isError: true)), count: wishes.count)
    for (place, (_, outcome)) in zip(
      places, try RowSolver(catalog: catalog, prelude: prelude).solve(drafts, on: connection))
    {
      rows[place] = outcome
    }
    return rows
  }
}
