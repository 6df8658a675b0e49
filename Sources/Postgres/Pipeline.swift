/// A statement that is sent without waiting for the one before it.
public struct PipelineStatement: Sendable, Equatable {
  /// One SQL statement.
  public var sql: String
  /// Values for `$1`, `$2` and so on.
  public var parameters: [Parameter]
  /// True when a synchronization point follows.
  ///
  /// After an error the server skips everything up to the next such point; outside an explicit
  /// transaction a point also commits.
  public var synchronizes: Bool
  /// True for a text that comes many times in one pipeline, so that the server should parse and
  /// plan it once.
  public var isRecurring = false
  /// True when the server should send at once what it has answered so far.
  ///
  /// Otherwise it may keep answers back until the next synchronization point.
  public var flushes = false
  /// False when nobody looks at the rows or at their number.
  ///
  /// A transport on which every answer costs a round trip may then send many statements as one.
  public var isResultNeeded = true
  /// True for what puts things right again: it is sent although the caller asked to stop.
  public var isCleanup = false

  /// A statement for a pipeline.
  public init(_ sql: String, _ parameters: [Parameter] = [], synchronizes: Bool = false) {
    self.sql = sql
    self.parameters = parameters
    self.synchronizes = synchronizes
  }
}

/// What became of one statement of a pipeline.
public enum PipelineOutcome: Sendable {
  /// It ran.
  case result(QueryResult)
  /// The server refused it.
  case failure(PostgresError)
  /// It was not run, because one before it failed.
  case skipped

  /// The result, if it ran.
  public var result: QueryResult? {
    if case .result(let result) = self { return result }
    return nil
  }

  /// The error, if the server refused it.
  public var error: PostgresError? {
    if case .failure(let error) = self { return error }
    return nil
  }
}
