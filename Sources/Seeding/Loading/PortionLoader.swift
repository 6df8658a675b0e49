internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax

/// Loads portions over one connection.
///
/// A portion is one transaction, which also notes it in the ledger: what is noted is there, and what is
/// there is noted.
final class PortionLoader {
  private let plan: GenerationPlan
  private let writer: RowWriter
  private let connection: any Connection
  private let settings: ContextSettings
  /// Tables into which COPY would not go, or whose triggers may ask for the tenant.
  private let handling: [Handling]
  private let isStopped: @Sendable () -> Bool
  private let onRows: (Int) -> Void
  /// The Data API has no COPY, and what stands for it there takes CSV.
  private var isCSV: Bool { connection.transport == .dataAPI }
  /// The rows of the portion that were sent so far.
  private var sent = 0

  /// The bytes of a piece that is sent at a time.
  private static let pieceSize = 262_144
  /// How many rows of a portion may be drawn again.
  private static let redrawLimit = 100

  /// How a table is written.
  struct Handling: Sendable {
    /// COPY into it is refused, since policies hold for the role.
    var isUnderPolicies: Bool
    /// Each tenant's rows are written in the tenant's context.
    var wantsContext: Bool
  }

  init(
    plan: GenerationPlan, connection: any Connection, settings: ContextSettings,
    handling: [Handling], isStopped: @escaping @Sendable () -> Bool,
    onRows: @escaping (Int) -> Void
  ) {
    self.plan = plan
    self.connection = connection
    self.settings = settings
    self.handling = handling
    self.isStopped = isStopped
    self.onRows = onRows
    writer = RowWriter(plan.model)
  }

  /// Loads one portion.
  ///
  /// A row that the server refuses is drawn again, apart from its keys.
  ///
  /// - Returns: False when another runner has loaded it.
  /// - Throws: `SeedError`, `PostgresError`.
  func load(_ portion: LoadPortion) throws -> Bool {
    var attempts: [Row: Int] = [:]
    sent = 0
    while true {
      do {
        return try connection.transaction {
          // First, so that two who load the same portion do not both load it.
          let outcomes = try perform(
            [GenerationLedger.note(portion, of: plan)]
              + (plan.isJoint(portion)
                ? [PipelineStatement("SET CONSTRAINTS ALL DEFERRED")] : []))
          guard outcomes.first?.result?.rowCount != 0 else { return false }
          for slices in grouped(portion) { try copy(slices, attempts) }
          return true
        }
      } catch let refusal as Refusal {
        onRows(-sent)
        sent = 0
        let attempt = attempts[refusal.row, default: 0] + 1
        attempts[refusal.row] = attempt
        guard attempt <= 5, attempts.count <= Self.redrawLimit else {
          throw failure(refusal.cause, table: refusal.row.table)
        }
      }
    }
  }

  /// A row of the plan.
  private struct Row: Hashable {
    var table: Int
    var tenant: Int
    var ordinal: Int
  }

  /// A row that the server refused.
  private struct Refusal: Error {
    var row: Row
    var cause: PostgresError
  }

  @discardableResult
  private func perform(_ statements: [PipelineStatement]) throws -> [PipelineOutcome] {
    let outcomes = try connection.pipeline(statements)
    if let error = outcomes.lazy.compactMap(\.error).first { throw error }
    return outcomes
  }

  /// Slices that go into one COPY.
  private func grouped(_ portion: LoadPortion) -> [[LoadPortion.Slice]] {
    var groups: [[LoadPortion.Slice]] = []
    for slice in portion.slices {
      if let last = groups.last?.last, last.table == slice.table,
        !handling[slice.table].wantsContext
      {
        groups[groups.count - 1].append(slice)
      } else {
        groups.append([slice])
      }
    }
    return groups
  }

  private func copy(_ slices: [LoadPortion.Slice], _ attempts: [Row: Int]) throws {
    guard let first = slices.first else { return }
    let recipe = plan.model.recipes[first.table]
    let table = try SQLIdentifier.readable(
      schema: recipe.relation.schema, name: recipe.relation.name)
    let columns = try recipe.columns.map { try SQLIdentifier.readable($0.name) }
      .joined(separator: ", ")
    let handling = handling[first.table]
    if handling.wantsContext, recipe.ownership != .nobody {
      try connection.execute(
        "SELECT set_config($1, $2, true)",
        [.text(settings.tenant), .text(plan.tenants[first.tenant])])
    }
    var target = table
    if handling.isUnderPolicies {
      target = "pg_temp.dbtool_seed_rows"
      try perform([
        PipelineStatement("DROP TABLE IF EXISTS \(target)"),
        PipelineStatement(
          "CREATE TEMPORARY TABLE dbtool_seed_rows ON COMMIT DROP AS SELECT \(columns) FROM \(table)"
            + " WITH NO DATA"),
      ])
    }
    let copied: Int
    do {
      copied = try connection.copyIn(
        "COPY \(target) (\(columns)) FROM STDIN" + (isCSV ? " WITH (FORMAT csv)" : ""),
        nextChunk: pieces(slices, attempts))
    } catch let error as PostgresError where error.code == .server {
      throw refusal(
        error, target: handling.isUnderPolicies ? "dbtool_seed_rows" : recipe.relation.name, slices)
        ?? failure(error, table: first.table)
    }
    let expected = slices.reduce(0) { $0 + $1.rows.count }
    var written = copied
    if handling.isUnderPolicies {
      do {
        written = try connection.execute(
          "INSERT INTO \(table) (\(columns)) OVERRIDING SYSTEM VALUE SELECT * FROM \(target)"
        ).rowCount
      } catch let error as PostgresError where error.code == .server {
        throw failure(error, table: first.table)
      }
    }
    guard written == expected else {
      throw SeedError(
        .rowsRefused,
        "\(recipe.relation.displayName) took \(written) rows of \(expected): a trigger or a rule leaves"
          + " some out")
    }
  }

  /// The rows of slices, piece by piece.
  private func pieces(
    _ slices: [LoadPortion.Slice], _ attempts: [Row: Int]
  ) -> () throws -> [UInt8]? {
    var index = 0
    var ordinal = slices.first?.rows.lowerBound ?? 0
    var buffer: [UInt8] = []
    buffer.reserveCapacity(Self.pieceSize + 16_384)
    return { [self] in
      guard index < slices.count else { return nil }
      if isStopped() { throw PostgresError(.cancelled, "interrupted") }
      buffer.removeAll(keepingCapacity: true)
      var count = 0
      while index < slices.count, buffer.count < Self.pieceSize {
        let slice = slices[index]
        guard ordinal < slice.rows.upperBound else {
          index += 1
          ordinal = index < slices.count ? slices[index].rows.lowerBound : 0
          continue
        }
        let attempt =
          attempts.isEmpty
          ? 0
          : attempts[Row(table: slice.table, tenant: slice.tenant, ordinal: ordinal)] ?? 0
        let place = writer.place(
          slice.table, tenant: slice.tenant, ordinal: ordinal, portion: slice.rows.lowerBound,
          attempt: attempt)
        if isCSV {
          writer.appendCSV(place, of: slice.table, into: &buffer)
        } else {
          writer.append(place, of: slice.table, into: &buffer)
        }
        ordinal += 1
        count += 1
      }
      sent += count
      onRows(count)
      return buffer.isEmpty ? nil : buffer
    }
  }

  /// The row that an error of COPY is about; nil when it names none, or drawing it again cannot help.
  private func refusal(
    _ error: PostgresError, target: String, _ slices: [LoadPortion.Slice]
  ) -> Refusal? {
    let isHopeless =
      error.sqlState == .insufficientPrivilege || error.sqlState == .foreignKeyViolation
    guard !isHopeless, let context = error.context,
      let line = CopyContext(context, table: target, columns: [])?.line
    else { return nil }
    var rest = line - 1
    for slice in slices {
      if rest < slice.rows.count {
        return Refusal(
          row: Row(
            table: slice.table, tenant: slice.tenant, ordinal: slice.rows.lowerBound + rest),
          cause: error)
      }
      rest -= slice.rows.count
    }
    return nil
  }

  private func failure(_ error: PostgresError, table: Int) -> SeedError {
    let name = plan.model.recipes[table].relation.displayName
    let isPolicy = error.isPolicyRefusal
    return SeedError(
      .rowsRefused, "rows that were made up for \(name) are refused: \(error.message)",
      cause: error,
      remedy: isPolicy
        ? "Connect as a role that policies do not bind, or that they let write \(name)."
        : "Describe the columns of \(name) in seeds/*.yaml so that the rows fit, or say rows: 0 for it."
    )
  }
}

extension GenerationPlan {
  /// True of a portion whose rows must be there together.
  func isJoint(_ portion: LoadPortion) -> Bool {
    portion.slices.contains { slice in
      stages.contains { $0.isJoint && $0.tables.contains(slice.table) }
    }
  }
}
