internal import Postgres
internal import SQLSyntax

/// Chooses, among the values proposed for rows, ones that satisfy their constraints.
///
/// The server evaluates the constraints themselves over the proposals, so whatever PostgreSQL can
/// express is judged as PostgreSQL judges it.
struct RowSolver {
  let catalog: Catalog
  /// What the session has to do before it is asked, a change of its context for example.
  var prelude: [PipelineStatement] = []

  /// At most this many combinations of proposals are tried for constraints that share columns.
  private let combinationLimit = 20_000

  /// One query, and the row and group it is for.
  private struct Question {
    var draft: Int
    var relation: UInt32
    var group: ConstraintGroup
    var columns: [Column]
    var proposals: [[Proposal]]
    var statement: PipelineStatement
  }

  /// A value for a column; nil leaves the column out.
  private struct Proposal {
    var value: String?
    var isOmitted = false
    var sql: String
  }

  /// One outcome for each draft, in order.
  func solve(
    _ drafts: [RowDraft], on connection: any Connection
  ) throws -> [(RowDraft, Result<SyntheticRow, Obstacle>)] {
    var outcomes: [Result<SyntheticRow, Obstacle>] = []
    var questions: [Question] = []
    for (index, draft) in drafts.enumerated() {
      outcomes.append(.success(firstChoice(draft)))
      do {
        questions += try self.questions(about: draft, at: index)
      } catch {
        outcomes[index] = .failure(Obstacle(error.message))
      }
    }
    guard !questions.isEmpty else { return Array(zip(drafts, outcomes)) }
    let answers = try answers(to: &questions, about: drafts, connection)
    for (question, answer) in zip(questions, answers) {
      guard case .success(var row) = outcomes[question.draft] else { continue }
      guard let found = answer.result?.rows.first else {
        let why = answer.error.map { ": \($0.message)" } ?? ""
        outcomes[question.draft] = .failure(
          Obstacle(
            "no value found that satisfies \(question.group.names.joined(separator: " and "))\(why)",
            column: question.columns.first { drafts[question.draft].candidates[$0.name] != nil }?
              .name,
            isError: answer.result == nil
          ))
        continue
      }
      for (position, column) in question.group.columns.enumerated() {
        let proposal = question.proposals[position][found.int(position) ?? 0]
        if proposal.isOmitted {
          row.values.removeValue(forKey: column)
        } else {
          row.values[column] = proposal.value
        }
      }
      outcomes[question.draft] = .success(row)
    }
    return Array(
      zip(
        drafts,
        zip(drafts, outcomes).map { draft, outcome in
          outcome.map { referringToItself($0, draft) }
        }))
  }

  /// Asks, and asks again without the proposals that are no values of their type, should there be
  /// such.
  private func answers(
    to questions: inout [Question], about drafts: [RowDraft], _ connection: any Connection
  ) throws -> [PipelineOutcome] {
    var answers = try ask(questions.map(\.statement), connection)
    func askAgain(_ indices: [Int]) throws {
      let statements = indices.map { questions[$0].statement }
      for (index, answer) in zip(indices, try ask(statements, connection)) {
        answers[index] = answer
      }
    }
    let failed = answers.indices.filter { answers[$0].error != nil }
    if !failed.isEmpty {
      try dropInvalid(&questions, failed, connection)
      try askAgain(failed)
      // Values of the right type on which a condition itself fails, such as a cast in it.
      let stillFailed = failed.filter { answers[$0].error != nil }
      for index in stillFailed { try dropFailing(&questions[index], connection) }
      if !stillFailed.isEmpty { try askAgain(stillFailed) }
    }
    // Rows that are there satisfy everything; whoever asks for more than that asks as somebody else.
    let open = answers.indices.filter {
      answers[$0].result?.rows.isEmpty != false && drafts[questions[$0].draft].conditions.isEmpty
    }
    if !open.isEmpty {
      for index in open { try addExisting(to: &questions[index], drafts, connection) }
      try askAgain(open)
    }
    return answers
  }

  /// Drops the proposals for which the conditions end in an error, where only one column is open.
  private func dropFailing(_ question: inout Question, _ connection: any Connection) throws {
    let open = question.proposals.indices.filter { question.proposals[$0].count > 1 }
    guard open.count == 1, let position = open.first,
      let relation = catalog.relations[question.relation]
    else { return }
    let statements = try question.proposals[position].map { proposal in
      var proposals = question.proposals
      proposals[position] = [proposal]
      return try statement(relation, question.columns, proposals, question.group.conditions)
    }
    let valid = zip(question.proposals[position], try ask(statements, connection))
      .filter { $0.1.error == nil }.map(\.0)
    guard !valid.isEmpty else { return }
    question.proposals[position] = valid
    question.statement = try statement(
      relation, question.columns, question.proposals, question.group.conditions)
  }

  /// Adds the values of rows that lie in the table already.
  private func addExisting(
    to question: inout Question, _ drafts: [RowDraft], _ connection: any Connection
  ) throws {
    guard let relation = catalog.relations[question.relation] else { return }
    let table = try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
    let draft = drafts[question.draft]
    let statements = try question.columns.map { column in
      let name = try SQLIdentifier.readable(column.name)
      return PipelineStatement(
        "SELECT DISTINCT \(name)::text FROM \(table) WHERE \(name) IS NOT NULL LIMIT 24")
    }
    for (position, answer) in try ask(statements, connection).enumerated() {
      let column = question.columns[position]
      guard draft.candidates[column.name] != nil else { continue }
      let values = answer.result.map { $0.rows.compactMap { $0[0] } } ?? []
      for value in values {
        guard !question.proposals[position].contains(where: { $0.value == value })
        else { continue }
        question.proposals[position].append(
          Proposal(value: value, sql: try SQLLiteral.quoted(value)))
      }
    }
    question.statement = try statement(
      relation, question.columns, question.proposals, question.group.conditions)
  }

  /// Takes away, for all questions at once, the proposals that are no values of their type.
  private func dropInvalid(
    _ questions: inout [Question], _ failed: [Int], _ connection: any Connection
  ) throws {
    let casts = failed.flatMap { index in
      questions[index].columns.enumerated().flatMap { position, column in
        questions[index].proposals[position].map {
          PipelineStatement("SELECT CAST(\($0.sql) AS \(column.type.baseSQL))")
        }
      }
    }
    var rest = try ask(casts, connection)[...]
    for index in failed {
      for position in questions[index].columns.indices {
        let proposals = questions[index].proposals[position]
        let valid = zip(proposals, rest).filter { $0.1.error == nil }.map(\.0)
        rest = rest.dropFirst(proposals.count)
        if !valid.isEmpty { questions[index].proposals[position] = valid }
      }
      let question = questions[index]
      guard let relation = catalog.relations[question.relation] else { continue }
      questions[index].statement = try statement(
        relation, question.columns, question.proposals, question.group.conditions)
    }
  }

  /// Asks inside the caller's transaction, if there is one, without breaking it.
  private func ask(
    _ statements: [PipelineStatement], _ connection: any Connection
  ) throws -> [PipelineOutcome] {
    try connection.ask(statements, after: prelude)
  }

  /// The row if nothing constrained it: fixed values, and the first proposal for what must be
  /// given.
  private func firstChoice(_ draft: RowDraft) -> SyntheticRow {
    var values = draft.fixed
    for (column, candidates) in draft.candidates where !draft.optional.contains(column) {
      if let first = candidates.first { values[column] = first }
    }
    let row = SyntheticRow(
      relation: draft.relation, owner: draft.owner, ordinal: draft.ordinal, values: values)
    return referringToItself(row, draft)
  }

  private func referringToItself(_ row: SyntheticRow, _ draft: RowDraft) -> SyntheticRow {
    var row = row
    for key in draft.deferredKeys {
      for (column, referenced) in zip(key.columns, key.referencedColumns)
      where draft.fixed[column] == nil {
        if let value = row.values[referenced] { row.values[column] = value }
      }
    }
    return row
  }

  private func questions(about draft: RowDraft, at index: Int) throws(SyntaxError) -> [Question] {
    guard let relation = catalog.relations[draft.relation] else { return [] }
    var questions: [Question] = []
    for group in try ConstraintGroup.groups(
      of: relation, catalog: catalog, open: Set(draft.candidates.keys), extra: draft.conditions)
    {
      let columns = group.columns.compactMap { relation.column($0) }
      let isChoice = columns.contains { draft.candidates[$0.name] != nil }
      guard isChoice || (!columns.isEmpty && !draft.conditions.isEmpty) else { continue }
      var proposals: [[Proposal]] = []
      for column in columns { proposals.append(try self.proposals(for: column, draft: draft)) }
      limit(&proposals)
      questions.append(
        Question(
          draft: index, relation: relation.oid, group: group, columns: columns,
          proposals: proposals,
          statement: try statement(relation, columns, proposals, group.conditions)))
    }
    return questions
  }

  private func proposals(for column: Column, draft: RowDraft) throws(SyntaxError) -> [Proposal] {
    if let fixed = draft.fixed[column.name] {
      return [Proposal(value: fixed, sql: try SQLLiteral.quoted(fixed))]
    }
    if column.generation == .stored { return [Proposal(value: nil, isOmitted: true, sql: "NULL")] }
    var proposals: [Proposal] = []
    if draft.optional.contains(column.name) {
      if let expression = column.defaultExpression {
        // A default that takes a number from a sequence would use it up by being looked at.
        if !expression.contains("nextval(") {
          proposals.append(Proposal(value: nil, isOmitted: true, sql: expression))
        }
      } else if !column.isNotNull {
        proposals.append(Proposal(value: nil, isOmitted: true, sql: "NULL"))
      }
    }
    for candidate in draft.candidates[column.name] ?? [] {
      proposals.append(Proposal(value: candidate, sql: try SQLLiteral.quoted(candidate)))
    }
    return proposals
  }

  /// Drops the least natural proposals until the combinations are few enough.
  private func limit(_ proposals: inout [[Proposal]]) {
    while proposals.reduce(1, { $0 * max($1.count, 1) }) > combinationLimit {
      guard let longest = proposals.indices.max(by: { proposals[$0].count < proposals[$1].count })
      else { return }
      proposals[longest].removeLast()
    }
  }

  /// Finds the positions of the first proposals that together satisfy the conditions.
  ///
  /// The row is called as its relation, since expressions of the catalog call it so inside
  /// subqueries.
  private func statement(
    _ relation: Relation, _ columns: [Column], _ proposals: [[Proposal]], _ conditions: [String]
  ) throws(SyntaxError) -> PipelineStatement {
    var sources: [String] = []
    var values: [String] = []
    var computed: [String] = []
    for (position, column) in columns.enumerated() {
      let items = proposals[position].enumerated().map { index, proposal in
        "(\(index), CAST(\(proposal.sql) AS \(column.type.baseSQL)))"
      }
      sources.append("(VALUES \(items.joined(separator: ", "))) s\(position)(n, v)")
      if let expression = column.computation {
        computed.append("(\(expression)) AS \(try SQLIdentifier.quoted(column.name))")
      } else {
        values.append("s\(position).v AS \(try SQLIdentifier.quoted(column.name))")
      }
    }
    let positions = columns.indices.map { "s\($0).n AS \"dbtool.n\($0)\"" }
    let outputs = columns.indices.map { "\"dbtool.n\($0)\"::text" }
    let cost = columns.indices.map { "\"dbtool.n\($0)\"" }.joined(separator: " + ")
    let alias = try SQLIdentifier.quoted(relation.name)
    var rows = """
      (SELECT \((positions + values).joined(separator: ", ")) \
      FROM \(sources.joined(separator: ", "))) \(alias)
      """
    if !computed.isEmpty {
      let all = (["\(alias).*"] + computed).joined(separator: ", ")
      rows = "(SELECT \(all) FROM \(rows)) \(alias)"
    }
    return PipelineStatement(
      """
      SELECT \(outputs.joined(separator: ", ")) FROM \(rows)
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(cost) LIMIT 1
      """)
  }
}
