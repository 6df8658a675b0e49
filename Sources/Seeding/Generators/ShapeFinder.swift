internal import Postgres
internal import Synthesis

/// Has the server judge the proposals for columns that constraints tie together, and keeps the ways to
/// fill them that are right.
struct ShapeFinder {
  let catalog: Catalog
  /// What rows look like with the first proposals, to take samples from.
  let writer: RowWriter

  /// One way to fill a column, with what it does to others.
  struct Way {
    var source: ValueSource
    var alternative: SampleJudge.Alternative
  }

  /// A group of a table with the ways that are asked about.
  struct Asked {
    var table: Int
    var group: ConstraintGroup
    /// The places of the group's columns; nil for one that is computed.
    var columns: [Int?]
    var ways: [[Way]]
  }

  /// The drafts with shapes for all groups.
  ///
  /// - Throws: `SeedError` for a group that nothing was found for; `PostgresError`.
  func shaped(_ drafts: [RecipeDraft], on connection: any Connection) throws -> [TableRecipe] {
    var asked: [Asked] = []
    for (table, draft) in drafts.enumerated() {
      for group in try draft.groups(catalog: catalog) {
        asked.append(try ask(group, table, draft))
      }
    }
    let answers = try judge(asked, drafts, on: connection)
    var recipes = drafts.map(\.recipe)
    var salts = 0
    for (question, answer) in zip(asked, answers) {
      salts += 1
      var (ways, combinations) = (question.ways, answer)
      if combinations.isEmpty {
        (ways, combinations) = try constants(for: question, drafts[question.table], on: connection)
      }
      add(
        ShapeChoice(
          ways: ways, combinations: combinations, question: question, draft: drafts[question.table]),
        salt: UInt64(question.group.names.count + salts) &* 4 &+ 2_000_000, question,
        to: &recipes[question.table])
    }
    return recipes
  }

  private func judge(
    _ asked: [Asked], _ drafts: [RecipeDraft], on connection: any Connection
  ) throws -> [[[Int]]] {
    let questions = asked.map { question in
      SampleJudge.Question(
        relation: drafts[question.table].recipe.relation, group: question.group,
        alternatives: question.ways.map { $0.map(\.alternative) })
    }
    return try SampleJudge().judge(questions, on: connection).map { result in
      (try? result.get()) ?? []
    }
  }

  // MARK: - Ways

  private func ask(
    _ group: ConstraintGroup, _ table: Int, _ draft: RecipeDraft
  ) throws -> Asked {
    let columns = group.columns.map { draft.recipe.index(of: $0) }
    let open = columns.compactMap { $0 }.filter { draft.proposals[$0] != nil }
    let lists = open.compactMap { column -> Int? in
      guard case .list(let list) = draft.proposals[column]?.first else { return nil }
      return list.count
    }
    let combinations = lists.reduce(1) { min($0 * max($1, 1), 48) }
    let samples = Samples(
      table: table, count: max(12, combinations), rows: max(writer.model.counts[table].total, 1),
      tenants: writer.model.counts[table].counts.count)
    var ways: [[Way]] = []
    var stride = 1
    for column in columns {
      guard let column else {
        ways.append([])
        continue
      }
      let number = ways.count
      guard let proposals = draft.proposals[column] else {
        let source = draft.recipe.columns[column].source
        ways.append([
          Way(
            source: source,
            alternative: .init(
              samples: self.samples(source, column, samples, number: number, stride: 1), cost: 0))
        ])
        continue
      }
      var own = proposals.enumerated().map { index, source in
        Way(
          source: source,
          alternative: .init(
            samples: self.samples(source, column, samples, number: number, stride: stride),
            cost: Self.cost(source, index)))
      }
      if case .list(let list) = proposals.first {
        stride *= max(list.count, 1)
        own += singles(list, samples)
      }
      let definition = draft.recipe.relation.column(draft.recipe.columns[column].name)
      if definition?.isNotNull == false, !draft.apart.contains(column),
        draft.rules[column]?.nulls != 0
      {
        own.append(
          Way(
            source: .null,
            alternative: .init(
              samples: Array(repeating: nil, count: samples.count), cost: 25)))
      }
      ways.append(own)
    }
    addSiblings(&ways, columns, draft, samples)
    return Asked(table: table, group: group, columns: columns, ways: ways)
  }

  private static func cost(_ source: ValueSource, _ index: Int) -> Int {
    if case .list(let list) = source, list.count == 1, index > 0 { return 60 + index }
    return index
  }

  /// Each value of a list by itself.
  private func singles(_ list: ValueList, _ samples: Samples) -> [Way] {
    guard list.count > 1, list.count <= 40 else { return [] }
    return list.values.indices.filter { list.values[$0] != nil }.map { index in
      let text = list.values[index].map { String(decoding: $0, as: UTF8.self) }
      return Way(
        source: .list(ValueList([text], weights: [list.weight(index)])),
        alternative: .init(samples: Array(repeating: text, count: samples.count), cost: 10))
    }
  }

  /// Ways to follow another column of the group: somewhat more, somewhat less, or the same.
  private func addSiblings(
    _ ways: inout [[Way]], _ columns: [Int?], _ draft: RecipeDraft, _ samples: Samples
  ) {
    let first = ways
    for (position, column) in columns.enumerated() {
      guard let column, let format = draft.proposals[column]?.first?.format,
        !draft.apart.contains(column), draft.rules[column]?.between.isEmpty != false
      else { continue }
      for (otherPosition, other) in columns.enumerated() where otherPosition != position {
        guard let other, draft.proposals[other]?.first?.format == format else { continue }
        for (index, base) in first[otherPosition].enumerated().prefix(3) {
          guard base.source.format == format else { continue }
          for (number, offsets) in Self.offsets(format).enumerated() {
            let values = samples.places(writer).map { place in
              writer.value(
                following: base.source, of: other, by: offsets, format, column, of: samples.table,
                place
              ).map { String(decoding: $0, as: UTF8.self) }
            }
            ways[position].append(
              Way(
                source: .sibling(column: other, offsets: offsets, format: format),
                alternative: .init(
                  samples: values, cost: 5 + number + index,
                  needs: .init(column: otherPosition, alternative: index))))
          }
        }
      }
    }
  }

  private static func offsets(_ format: NumberFormat) -> [ClosedRange<Int>] {
    switch format {
    case .date: [1...14, -14...(-1), 0...0]
    case .timestamp, .interval: [900...259_200, -259_200...(-900), 0...0]
    case .time: [900...7_200, -7_200...(-900), 0...0]
    case .integer: [1...10, -10...(-1), 0...0]
    case .decimal: [1...1_000, -1_000...(-1), 0...0]
    }
  }

  // MARK: - Samples

  /// The rows that samples are taken from.
  struct Samples {
    var table: Int
    var count: Int
    var rows: Int
    var tenants: Int

    func places(_ writer: RowWriter) -> [RowPlace] {
      let ordinals = [0, 1, 2, 3, rows - 1, rows - 2, 9, 10, 99, rows / 2, rows / 3, 57]
      return (0..<count).map { sample in
        let ordinal = sample < ordinals.count ? ordinals[sample] : sample * 7_919
        return writer.place(
          table, tenant: sample % max(tenants, 1), ordinal: max(ordinal, 0) % rows)
      }
    }
  }

  /// Some values of a source, the least and the greatest among them.
  private func samples(
    _ source: ValueSource, _ column: Int, _ samples: Samples, number: Int, stride: Int
  ) -> [String?] {
    if case .list(let list) = source {
      return (0..<samples.count).map { sample in
        list.values[sample / stride % max(list.count, 1)].map {
          String(decoding: $0, as: UTF8.self)
        }
      }
    }
    return samples.places(writer).enumerated().map { sample, place in
      if case .number(let numbers) = source, sample < 4 {
        // All least, all greatest, and crosswise.
        let isLower = [true, false, number % 2 == 0, number % 2 == 1][sample]
        var bytes: [UInt8] = []
        numbers.format.write(
          isLower ? numbers.range.lowerBound : numbers.range.upperBound, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
      }
      return writer.value(source, column, of: samples.table, place).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  // MARK: - The last resort

  /// Constants that are right together, where no source was found.
  ///
  /// - Throws: `SeedError` when there are none either.
  private func constants(
    for question: Asked, _ draft: RecipeDraft, on connection: any Connection
  ) throws -> ([[Way]], [[Int]]) {
    var ways: [[Way]] = []
    for (position, column) in question.columns.enumerated() {
      guard let column, draft.proposals[column] != nil else {
        ways.append(
          question.ways[position].map { way in
            Way(
              source: way.source,
              alternative: .init(samples: Array(way.alternative.samples.prefix(1)), cost: 0))
          })
        continue
      }
      var values: [String?] = []
      for way in question.ways[position] {
        for value in way.alternative.samples where !values.contains(value) { values.append(value) }
      }
      values += (draft.spares[column] ?? []).filter { !values.contains($0) }.map { Optional($0) }
      ways.append(
        values.prefix(600).enumerated().map { index, value in
          Way(
            source: value.map { .list(ValueList([$0])) } ?? .null,
            alternative: .init(samples: [value], cost: index))
        })
    }
    let asked = SampleJudge.Question(
      relation: draft.recipe.relation, group: question.group,
      alternatives: ways.map { $0.map(\.alternative) })
    switch try SampleJudge().judge([asked], on: connection).first {
    case .success(let found)? where !found.isEmpty: return (ways, found)
    case .failure(let obstacle)?: throw failure(question, draft, obstacle.reason)
    default: throw failure(question, draft, nil)
    }
  }

  private func failure(
    _ question: Asked, _ draft: RecipeDraft, _ reason: String?
  ) -> SeedError {
    let table = draft.recipe.relation.displayName
    let names = question.group.names.joined(separator: " and ")
    let rule = question.columns.lazy.compactMap { $0.flatMap { draft.rules[$0] } }.first
    var error = SeedError(
      .unfillable,
      reason ?? "no values were found for \(table) that satisfy \(names)",
      file: rule == nil ? nil : draft.rule?.file,
      remedy: rule == nil
        ? "Describe \(question.group.columns.joined(separator: ", ")) in seeds/*.yaml, for example by"
          + " values:, or say rows: 0 for the table."
        : "Change what the manifest says of \(question.group.columns.joined(separator: ", ")).")
    error.line = rule?.line
    return error
  }

  private func add(
    _ choice: ShapeChoice, salt: UInt64, _ question: Asked, to recipe: inout TableRecipe
  ) {
    let (shapes, weights) = choice.shapes()
    let index = recipe.groups.count
    recipe.groups.append(
      ShapeGroup(shapes: shapes, choice: WeightedChoice(weights: weights), salt: salt))
    var place = 0
    for column in question.columns {
      guard let column else { continue }
      recipe.columns[column].group = index
      recipe.columns[column].place = place
      recipe.columns[column].nulls = 0
      place += 1
    }
  }
}
