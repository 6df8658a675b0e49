package import Postgres
internal import SQLSyntax

/// Asks the server which ways to fill columns satisfy the constraints that tie them together.
///
/// A way is judged by samples: it is right when the conditions hold for each of them.
package struct SampleJudge {
  /// One way to fill a column.
  package struct Alternative: Sendable, Equatable {
    /// Some of its values in PostgreSQL's text form, one for each sample row; nil is NULL.
    package var samples: [String?]
    /// How little it is liked.
    package var cost: Int
    /// The way that another column of the group must be filled in, as their places.
    package var needs: Need?

    /// A way from its parts.
    package init(samples: [String?], cost: Int, needs: Need? = nil) {
      self.samples = samples
      self.cost = cost
      self.needs = needs
    }
  }

  /// A way that another column must be filled in.
  package struct Need: Sendable, Equatable {
    /// The column's place in the group.
    package var column: Int
    /// The place of the way among that column's.
    package var alternative: Int

    /// A need from its parts.
    package init(column: Int, alternative: Int) {
      self.column = column
      self.alternative = alternative
    }
  }

  /// A group of columns and the ways to fill each.
  package struct Question: Sendable {
    /// The relation.
    package var relation: Relation
    /// What ties the columns together.
    package var group: ConstraintGroup
    /// For each column of the group the ways to fill it; none for one that is computed.
    package var alternatives: [[Alternative]]

    /// A question from its parts.
    package init(relation: Relation, group: ConstraintGroup, alternatives: [[Alternative]]) {
      self.relation = relation
      self.group = group
      self.alternatives = alternatives
    }
  }

  /// At most this many rows are tried for a group.
  private let rowLimit = 60_000
  /// At most this many combinations are told.
  private let answerLimit = 400

  /// A judge.
  package init() {}

  /// For each question the combinations of ways that are right, by their places, the best first.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  package func judge(
    _ questions: [Question], on connection: any Connection
  ) throws -> [Result<[[Int]], Obstacle>] {
    var limited = questions.map { limit($0) }
    var answers = try ask(limited, connection)
    let failed = answers.indices.filter { answers[$0].error != nil }
    if !failed.isEmpty {
      for index in failed { limited[index] = try withoutFailing(limited[index], connection) }
      for (index, answer) in zip(failed, try ask(failed.map { limited[$0] }, connection)) {
        answers[index] = answer
      }
    }
    return zip(limited, answers).map { question, answer in
      guard let result = answer.result else {
        return .failure(
          Obstacle(
            "\(question.names) cannot be evaluated: \(answer.error?.message ?? "")", isError: true))
      }
      return .success(
        result.rows.map { row in
          var position = -1
          return question.kept.map { kept in
            guard !kept.isEmpty else { return -1 }
            position += 1
            return kept[row.int(position) ?? 0]
          }
        })
    }
  }

  /// A question with the ways that are tried of it.
  private struct Limited {
    var question: Question
    /// For each column the places of the ways that are tried.
    var kept: [[Int]]

    var names: String { question.group.names.joined(separator: " and ") }
  }

  /// Drops the ways that are liked least until there are few enough combinations.
  private func limit(_ question: Question) -> Limited {
    var kept = question.alternatives.map { alternatives in
      alternatives.indices.sorted { (alternatives[$0].cost, $0) < (alternatives[$1].cost, $1) }
    }
    let samples = question.alternatives.lazy.compactMap { $0.first?.samples.count }.max() ?? 1
    while kept.reduce(
      samples, { $0.multipliedReportingOverflow(by: max($1.count, 1)).partialValue })
      > rowLimit
    {
      guard let longest = kept.indices.max(by: { kept[$0].count < kept[$1].count }),
        kept[longest].count > 1
      else { break }
      kept[longest].removeLast()
    }
    return Limited(question: question, kept: kept)
  }

  private func ask(
    _ questions: [Limited], _ connection: any Connection
  ) throws -> [PipelineOutcome] {
    guard !questions.isEmpty else { return [] }
    return try connection.ask(try questions.map { try statement($0) })
  }

  /// Leaves out the ways for which the server ends in an error, whatever the other columns hold.
  private func withoutFailing(_ limited: Limited, _ connection: any Connection) throws -> Limited {
    var limited = limited
    for column in limited.kept.indices where limited.kept[column].count > 1 {
      let kept = limited.kept[column]
      let isOnly = limited.kept.indices.allSatisfy { $0 == column || limited.kept[$0].count <= 1 }
      let statements = try kept.map { alternative in
        if isOnly {
          var single = limited
          single.kept[column] = [alternative]
          return try statement(single)
        }
        return try castStatement(limited.question, column, alternative)
      }
      let right = zip(kept, try connection.ask(statements)).filter { $0.1.error == nil }.map(\.0)
      if !right.isEmpty { limited.kept[column] = right }
    }
    guard try ask([limited], connection).first?.error != nil else { return limited }
    // Values of the right type on which a condition fails: each way by itself beside the others' first.
    for column in limited.kept.indices where limited.kept[column].count > 1 {
      let kept = limited.kept[column]
      let statements = try kept.map { alternative in
        var single = limited
        single.kept = limited.kept.map { Array($0.prefix(1)) }
        single.kept[column] = [alternative]
        return try statement(single)
      }
      let right = zip(kept, try connection.ask(statements)).filter { $0.1.error == nil }.map(\.0)
      if !right.isEmpty { limited.kept[column] = right }
    }
    return limited
  }

  private func castStatement(
    _ question: Question, _ column: Int, _ alternative: Int
  ) throws -> PipelineStatement {
    guard let definition = question.relation.column(question.group.columns[column]) else {
      return PipelineStatement("SELECT 1")
    }
    let casts = try question.alternatives[column][alternative].samples.map {
      "CAST(\(try SQLLiteral.quoted($0)) AS \(definition.type.baseSQL))"
    }
    return PipelineStatement("SELECT \(casts.joined(separator: ", "))")
  }

  /// Finds the combinations whose samples all satisfy the conditions.
  ///
  /// The row is called as its relation, since expressions of the catalog call it so inside subqueries.
  private func statement(_ limited: Limited) throws -> PipelineStatement {
    let question = limited.question
    let relation = question.relation
    var sources: [String] = []
    var values: [String] = []
    var computed: [String] = []
    var open: [Int] = []
    var needs: [String] = []
    for (position, name) in question.group.columns.enumerated() {
      guard let column = relation.column(name) else { continue }
      let quoted = try SQLIdentifier.quoted(name)
      if let expression = column.computation {
        computed.append("(\(expression)) AS \(quoted)")
        continue
      }
      var items: [String] = []
      for (place, index) in limited.kept[position].enumerated() {
        let alternative = question.alternatives[position][index]
        for (sample, value) in alternative.samples.enumerated() {
          items.append(
            "(\(place), \(sample), \(alternative.cost), "
              + "CAST(\(try SQLLiteral.quoted(value)) AS \(column.type.baseSQL)))")
        }
        if let need = alternative.needs {
          let wanted = limited.kept[need.column].firstIndex(of: need.alternative)
          let condition = wanted.map { "s\(need.column).n = \($0)" } ?? "false"
          needs.append("(s\(position).n <> \(place) OR \(condition))")
        }
      }
      let first = open.first
      sources.append(
        "(VALUES \(items.joined(separator: ", "))) s\(position)(n, k, c, v)"
          + (first.map { " ON s\(position).k = s\($0).k" } ?? ""))
      values.append("s\(position).v AS \(quoted)")
      open.append(position)
    }
    let alias = try SQLIdentifier.quoted(relation.name)
    let numbers = open.map { "s\($0).n AS \"dbtool.n\($0)\"" }
    let cost = open.map { "s\($0).c" }.joined(separator: " + ") + " AS \"dbtool.c\""
    let filter = needs.isEmpty ? "" : " WHERE \(needs.joined(separator: " AND "))"
    var rows = """
      (SELECT \((numbers + [cost] + values).joined(separator: ", ")) \
      FROM \(sources.joined(separator: " JOIN "))\(filter)) \(alias)
      """
    if !computed.isEmpty {
      rows = "(SELECT \((["\(alias).*"] + computed).joined(separator: ", ")) FROM \(rows)) \(alias)"
    }
    let places = open.map { "\"dbtool.n\($0)\"" }
    let outputs = places.map { "\($0)::text" }.joined(separator: ", ")
    let order = (["\"dbtool.c\""] + places).joined(separator: ", ")
    return PipelineStatement(
      """
      SELECT \(outputs) FROM \(rows) GROUP BY \(order)
      HAVING bool_and((\(question.group.conditions.joined(separator: " AND "))) IS TRUE)
      ORDER BY \(order) LIMIT \(answerLimit)
      """)
  }
}
