internal import Postgres
internal import Synthesis

/// A recipe whose columns still have several sources to choose from.
struct RecipeDraft {
  /// The recipe, with the first proposal for each open column.
  var recipe: TableRecipe
  /// The proposals for the open columns, by the column's place, the most natural first.
  var proposals: [Int: [ValueSource]] = [:]
  /// The columns that somebody has said something about, by their place.
  var rules: [Int: SeedColumnRule] = [:]
  /// What the manifest says of the table.
  var rule: SeedTableRule?
  /// Columns that must be apart, by their place.
  var apart: Set<Int> = []
  /// What is left to try for columns that must be apart: values, by the column's place.
  var spares: [Int: [String]] = [:]

  /// The table's constraints by the open columns that they tie together.
  func groups(catalog: Catalog) throws -> [ConstraintGroup] {
    let open = Set(proposals.keys.map { recipe.columns[$0].name })
    return try ConstraintGroup.groups(of: recipe.relation, catalog: catalog, open: open).filter {
      group in group.columns.contains { open.contains($0) }
    }
  }
}
