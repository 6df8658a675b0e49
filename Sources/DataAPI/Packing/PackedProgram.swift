internal import Postgres
internal import SQLSyntax

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Statements of one transaction, savepoints among them, as one call that gives all their outcomes.
///
/// A temporary function runs them (`ProgramFunction`); savepoints become its subtransactions.
struct PackedProgram {
  /// A statement and its shape.
  typealias Step = (statement: PipelineStatement, shape: StatementShape)

  private enum Instruction {
    case run(String, returnsRows: Bool, recovery: Int)
    case savepoint
    case rollback(level: Int)
    case release(level: Int)
    case fail
  }

  private let steps: [Step]
  private var instructions: [Instruction] = []

  /// A program of steps in which every ROLLBACK TO and RELEASE has its SAVEPOINT, and every SAVEPOINT
  /// its RELEASE.
  ///
  /// - Throws: `PostgresError` for a value that no constant can hold.
  init(_ steps: [Step]) throws {
    self.steps = steps
    var open: [String] = []
    // Names hide those outside them.
    func level(_ name: String) -> Int { (open.lastIndex(of: name) ?? 0) + 1 }
    for (index, step) in steps.enumerated() {
      switch step.shape.control {
      case .savepoint(let name):
        open.append(name)
        instructions.append(.savepoint)
      case .rollbackTo(let name):
        let level = level(name)
        open.removeLast(open.count - level)
        instructions.append(.rollback(level: level))
      case .release(let name):
        let level = level(name)
        open.removeLast(open.count - level + 1)
        instructions.append(.release(level: level))
      default:
        instructions.append(
          .run(
            try StatementBinding.inlined(step.statement), returnsRows: step.shape.returnsRows,
            recovery: Self.recovery(after: index, steps, open) ?? steps.count))
      }
    }
    instructions.append(.fail)
  }

  /// Where a transaction that a step brought to fail goes on: at a ROLLBACK TO that is the first behind
  /// a synchronization point, as in libpq's pipelines; nil when it does not.
  private static func recovery(after index: Int, _ steps: [Step], _ open: [String]) -> Int? {
    var place = index
    while let point = steps[place...].firstIndex(where: \.statement.synchronizes),
      point + 1 < steps.count
    {
      place = point + 1
      if case .rollbackTo(let name) = steps[place].shape.control, open.contains(name) {
        return place
      }
    }
    return nil
  }

  /// The program in JSON, the function's argument.
  func json() throws -> String {
    var values: [[ProgramValue]] = []
    for instruction in instructions {
      switch instruction {
      case .run(let sql, let returnsRows, let recovery):
        values.append([.text(returnsRows ? "q" : "x"), .text(sql), .number(recovery)])
      case .savepoint: values.append([.text("s")])
      case .rollback(let level): values.append([.text("b"), .number(level)])
      case .release(let level): values.append([.text("r"), .number(level)])
      case .fail: values.append([.text("f")])
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(values), as: UTF8.self)
  }

  /// The outcome of each step, from the reports that the function gave, one for each line; and
  /// whether the transaction can only be rolled back after them.
  ///
  /// - Throws: `PostgresError` when they make no sense.
  func outcomes(_ reports: String) throws -> (outcomes: [PipelineOutcome], endsFailed: Bool) {
    let decoder = JSONDecoder()
    var known: [Int: PipelineOutcome] = [:]
    var endsFailed = false
    for line in reports.split(separator: "\n") {
      guard let report = try? decoder.decode([PLpgSQL.Value].self, from: Data(line.utf8)),
        let index = report.first?.number, steps.indices.contains(index)
      else {
        throw PostgresError(.invalidRequest, "the outcome of packed statements cannot be read")
      }
      if report.count == 11 {
        known[index] = .failure(PostgresError(report: report.dropFirst().map(\.text)))
        if recovery(of: index) == steps.count { endsFailed = true }
      } else {
        known[index] = .result(Self.result(report, steps[index].shape))
      }
    }
    return (outcomes(known), endsFailed)
  }

  private func recovery(of index: Int) -> Int? {
    guard case .run(_, _, let recovery) = instructions[index] else { return nil }
    return recovery
  }

  /// Fills in what the steps behind a failure were: skipped up to the synchronization point, refused
  /// behind it, and whatever they are from where the transaction goes on.
  private func outcomes(_ known: [Int: PipelineOutcome]) -> [PipelineOutcome] {
    var outcomes: [PipelineOutcome] = []
    var resumption = 0
    var isSkipping = false
    for (index, step) in steps.enumerated() {
      if index < resumption {
        outcomes.append(isSkipping ? .skipped : .failure(.inFailedTransaction))
        isSkipping = !step.statement.synchronizes
        continue
      }
      isSkipping = false
      let outcome =
        known[index]
        ?? .result(QueryResult(command: step.shape.control == nil ? "" : "SAVEPOINT"))
      outcomes.append(outcome)
      if case .failure = outcome {
        resumption = recovery(of: index) ?? 0
        isSkipping = !step.statement.synchronizes
      }
    }
    return outcomes
  }

  private static func result(_ report: [PLpgSQL.Value], _ shape: StatementShape) -> QueryResult {
    let count = report.count > 1 ? report[1].number ?? 0 : 0
    guard report.count == 4, let rows = report[3].texts else {
      return QueryResult(command: "", rowCount: count)
    }
    let names = report[2].texts ?? []
    let cells = rows.flatMap { CompositeText.fields(of: $0 ?? "()") }
    return QueryResult(
      columns: names.map { QueryResult.Column(name: $0 ?? "") }, cells: cells,
      commandTag: "SELECT \(count)", rowCount: count,
      byteCount: cells.reduce(0) { $0 + ($1?.utf8.count ?? 0) })
  }
}

/// A cell of a program.
private enum ProgramValue: Encodable {
  case text(String)
  case number(Int)

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let text): try value.encode(text)
    case .number(let number): try value.encode(number)
    }
  }
}

extension QueryResult {
  /// The result of a statement without rows.
  init(command: String, rowCount: Int = 0) {
    self.init(columns: [], cells: [], commandTag: command, rowCount: rowCount, byteCount: 0)
  }
}

extension PostgresError {
  /// What the server says to every statement once one has failed.
  static var inFailedTransaction: PostgresError {
    PostgresError(
      .server, "current transaction is aborted, commands ignored until end of transaction block",
      sqlState: .inFailedTransaction)
  }
}
