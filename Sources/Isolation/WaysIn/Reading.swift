internal import DatabaseInstrumentation
internal import Postgres

/// What a look at a view or at the result of a function showed.
///
/// Two looks can be compared whatever the order of the rows was.
struct Reading: Sendable, Equatable {
  /// The number of rows that show a marker.
  var marked: Int
  /// What was there, in short.
  var content: Content

  /// What was there.
  enum Content: Sendable, Equatable {
    /// Rows: how many, and a sum over their texts.
    case rows(Int, sum: String)
    /// An error that the function raises by itself.
    case raised(String)
  }

  /// What an outcome showed; nil when it is an error that says nothing.
  init?(_ outcome: PipelineOutcome) {
    if let row = outcome.result?.rows.first {
      marked = row.int(0) ?? 0
      content = .rows(row.int(1) ?? 0, sum: row.text(2))
      return
    }
    // RAISE EXCEPTION in PL/pgSQL, unless it names another code.
    guard let error = outcome.error, error.sqlState == "P0001" else { return nil }
    marked = 0
    content = .raised(error.message)
  }

  /// What a procedure handed back.
  init(marked: Int, rows: Int) {
    self.marked = marked
    content = .rows(rows, sum: "")
  }

  /// The query that takes the look; `$1` is the array of markers.
  ///
  /// - Parameters:
  ///   - text: The expression in which markers are looked for.
  ///   - row: The expression that holds all that a row says.
  ///   - source: What stands after FROM.
  static func sql(text: String, row: String, from source: String) -> String {
    """
    SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) marker \
    WHERE strpos(\(text), marker) > 0)), count(*), \
    sum(hashtextextended(\(row), 0)::numeric)::text FROM \(source)
    """
  }
}

extension Reading.Content {
  /// What it is, for people.
  var phrase: String {
    switch self {
    case .rows(let count, _): count == 1 ? "1 row" : "\(count) rows"
    case .raised(let message): "the error \"\(message)\""
    }
  }
}
