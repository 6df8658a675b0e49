internal import Postgres
internal import Synthesis

extension RecipeBuilder {
  /// Fills what may not overlap with windows.
  func addWindows(_ draft: inout RecipeDraft) {
    let relation = draft.recipe.relation
    for constraint in catalog.constraints(of: relation.oid) where constraint.kind == .exclusion {
      let exclusion = Exclusion(constraint)
      guard let columns = exclusion.overlapping.first else { continue }
      let places = columns.compactMap { draft.recipe.index(of: $0) }
      guard places.count == columns.count, (1...2).contains(places.count),
        places.allSatisfy({ draft.recipe.columns[$0].source == .null }),
        let format = format(of: columns, in: relation)
      else { continue }
      let equal = exclusion.equal.compactMap { draft.recipe.index(of: $0) }
      let reference = Self.chosen(by: equal, in: draft.recipe)
      let rules = draft.rules
      let rule = places.lazy.compactMap { rules[$0] }.first
      let index = draft.recipe.windows.count
      var exponent = 0.8
      if let reference {
        if case .zipf(let asked) = draft.recipe.references[reference].pick { exponent = asked }
        if draft.recipe.references[reference].pick == .uniform { exponent = 0 }
        draft.recipe.references[reference].pick = .window(index)
        draft.recipe.references[reference].nulls = 0
      }
      var window = window(reference: reference, exponent: exponent, format: format, rule: rule)
      window.isInTable =
        reference == nil && !equal.contains { draft.recipe.columns[$0].source == .tenant }
      draft.recipe.windows.append(window)
      if places.count == 1 {
        draft.recipe.columns[places[0]].source = .window(.range(index))
      } else {
        draft.recipe.columns[places[0]].source = .window(.lower(index))
        draft.recipe.columns[places[1]].source = .window(.upper(index))
      }
    }
  }

  /// The foreign key that one of `columns` belongs to, if it may refer to any row.
  private static func chosen(by columns: [Int], in recipe: TableRecipe) -> Int? {
    for column in columns {
      guard case .reference(let index, _) = recipe.columns[column].source else { continue }
      switch recipe.references[index].pick {
      case .matching, .earlier: continue
      default: return index
      }
    }
    return nil
  }

  /// A window for a range that may overlap others; nil for a range of something else.
  func freeWindow(_ column: Column, _ rule: SeedColumnRule?) -> Window? {
    guard let format = Self.format(ofRange: column.type) else { return nil }
    var window = window(reference: nil, exponent: 0, format: format, rule: rule)
    window.isFree = true
    return window
  }

  private func window(
    reference: Int?, exponent: Double, format: NumberFormat, rule: SeedColumnRule?
  ) -> Window {
    Window(
      reference: reference, exponent: exponent,
      end: format == .integer ? 1_000_000 : options.today + 180, format: format,
      longest: format == .timestamp ? 14_400 : 7,
      months: format == .integer ? [] : rule?.season ?? [6, 7, 8, 12])
  }

  private func format(of columns: [String], in relation: Relation) -> NumberFormat? {
    guard let type = relation.column(columns[0])?.type else { return nil }
    if columns.count == 1 { return Self.format(ofRange: type) }
    switch type.baseName {
    case "date": return .date
    case "timestamp", "timestamptz": return .timestamp
    case "int4", "int8": return .integer
    default: return nil
    }
  }

  private static func format(ofRange type: ColumnType) -> NumberFormat? {
    guard type.category == "r", !type.isArray else { return nil }
    switch type.elementName {
    case "date": return .date
    case "timestamp", "timestamptz": return .timestamp
    case "int4", "int8", "numeric": return .integer
    default: return nil
    }
  }
}
