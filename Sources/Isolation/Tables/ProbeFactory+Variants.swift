internal import Postgres
internal import Synthesis

extension ProbeFactory {
  /// Other forms of the other tenant's row, for policies that look at what else it refers to.
  ///
  /// A row that belongs to the other tenant in every respect is refused by a policy about, say, its
  /// author, even where nothing asks whose row it is. So one refers to nothing that it need not,
  /// and one is the actor's own in all but to whom it belongs.
  func variants(actor: Int?, target: Int) -> [SyntheticRow] {
    guard let row = table.spare[target] else { return [] }
    let ownership = Set(table.ownershipValues(of: target).map(\.column))
    let others = table.referringColumns.subtracting(ownership)
    var variants: [SyntheticRow] = []
    var bare = row
    for column in table.relation.columns where !column.isNotNull && !ownership.contains(column.name)
    {
      if (row.values[column.name] ?? nil) != nil { bare.values[column.name] = .some(nil) }
    }
    if bare.values != row.values { variants.append(bare) }
    if let actor, var mixed = table.spare[actor],
      others.contains(where: { (row.values[$0] ?? nil) != (mixed.values[$0] ?? nil) })
    {
      for name in ownership { mixed.values[name] = row.values[name] ?? nil }
      variants.append(mixed)
    }
    return variants
  }
}
