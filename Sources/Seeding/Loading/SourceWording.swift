internal import Postgres
internal import Synthesis

/// Says in words where the values of a column come from.
enum SourceWording {
  static func words(
    _ column: ColumnRecipe, _ recipe: TableRecipe, _ model: RowModel
  ) -> String {
    var text: String
    var nulls = column.nulls
    if let index = column.group {
      let group = recipe.groups[index]
      var parts: [String] = []
      for shape in group.shapes {
        let part = words(shape[column.place], recipe, model)
        if !parts.contains(part) { parts.append(part) }
      }
      text = parts.prefix(4).joined(separator: " or ") + (parts.count > 4 ? " or …" : "")
    } else {
      text = words(column.source, recipe, model)
      if case .reference(let reference, _) = column.source {
        nulls = recipe.references[reference].nulls
      }
    }
    if nulls >= 1_000 { text = "NULL" }
    return nulls > 0 && nulls < 1_000 ? "\(text), \(Double(nulls) / 10) % NULL" : text
  }

  private static func words(
    _ source: ValueSource, _ recipe: TableRecipe, _ model: RowModel
  ) -> String {
    switch source {
    case .null: return "NULL"
    case .list(let list): return words(list)
    case .number(let number):
      let lower = text(number.range.lowerBound, number.format)
      let upper = text(number.range.upperBound, number.format)
      return lower == upper ? lower : "\(lower) to \(upper)"
    case .counter(let counter): return "\(text(counter.start, counter.format)) and up"
    case .sibling(let other, let offsets, _):
      let name = recipe.columns[other].name
      return offsets == 0...0
        ? "as \(name)" : offsets.lowerBound < 0 ? "before \(name)" : "after \(name)"
    case .uuid: return "uuid"
    case .text(let kind, let isDistinct, _): return kind.rawValue + (isDistinct ? ", distinct" : "")
    case .pattern(let template, let isDistinct):
      var random = SeededGenerator(seed: 1)
      return "like \(template.sample(using: &random))" + (isDistinct ? ", distinct" : "")
    case .special(let kind, _): return "\(kind)"
    case .array(let element, _): return "list of \(words(element, recipe, model))"
    case .tenant: return "the tenant's id"
    case .reference(let index, _):
      switch recipe.references[index].target {
      case .table(let table): return "a row of \(model.recipes[table].relation.displayName)"
      case .pool: return "a row that is there"
      }
    case .window(.range): return "spans that do not overlap"
    case .window: return "a bound of spans that do not overlap"
    }
  }

  private static func words(_ list: ValueList) -> String {
    let shown = list.values.prefix(6).map { value in
      value.map { String(decoding: $0, as: UTF8.self) } ?? "NULL"
    }
    return shown.joined(separator: " | ") + (list.count > 6 ? " | …" : "")
  }

  private static func text(_ units: Int, _ format: NumberFormat) -> String {
    var bytes: [UInt8] = []
    format.write(units, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
