internal import AWS
internal import Postgres
internal import SQLSyntax

/// A statement with `$1` parameters as the Data API takes it.
struct StatementBinding {
  /// The text with `:p1` in place of `$1`.
  let edited: EditedText
  let parameters: [SQLParameter]

  /// Binds values to a statement's placeholders.
  ///
  /// The Data API sends a text as text, which fits no `uuid` and no enum. So a placeholder that is
  /// cast, `$1::uuid`, becomes a named parameter of that type; one that is not becomes a string
  /// constant, whose type the server finds from where it stands, as it does for libpq's parameters.
  ///
  /// - Throws: `PostgresError` when a value holds a NUL or a placeholder has no value.
  init(_ sql: String, _ values: [Parameter]) throws {
    guard !sql.utf8.contains(0) else {
      throw PostgresError(.invalidRequest, "the SQL text contains a NUL character")
    }
    for case .text(let value) in values where value.utf8.contains(0) {
      throw PostgresError(
        .invalidRequest, "a parameter contains a NUL character, which no PostgreSQL text can hold")
    }
    guard !values.isEmpty else {
      edited = EditedText(sql, replacing: [])
      parameters = []
      return
    }
    let placeholders: NumberedPlaceholders
    do {
      placeholders = try NumberedPlaceholders(parsing: sql)
    } catch {
      // For the server to refuse.
      edited = EditedText(sql, replacing: [])
      parameters = []
      return
    }
    if let missing = placeholders.places.first(where: { !(1...values.count).contains($0.number) }) {
      throw PostgresError(
        .invalidRequest, "there is no value for parameter $\(missing.number)",
        sqlState: "08P01")
    }
    var parameters: [SQLParameter] = []
    edited = placeholders.replaced { place in
      let value = values[place.number - 1]
      guard let type = place.type else {
        let literal = Self.literal(value)
        // What makes the text too long goes beside it, as text.
        if literal.utf8.count <= 4_000 { return literal }
        return Self.name(
          SQLParameter(name: "p\(place.number)", value: Self.text(value)), &parameters)
      }
      let typed = TypedValue(value, type: type)
      return Self.name(
        SQLParameter(name: "p\(place.number)", value: typed.field, typeHint: typed.hint),
        &parameters)
    }
    self.parameters = parameters
  }

  /// The statement with every value as a constant, for places where no parameter can stand.
  ///
  /// - Throws: `PostgresError` as the initializer.
  static func inlined(_ statement: PipelineStatement) throws -> String {
    guard !statement.parameters.isEmpty else { return statement.sql }
    _ = try StatementBinding(statement.sql, statement.parameters)
    guard let placeholders = try? NumberedPlaceholders(parsing: statement.sql) else {
      return statement.sql
    }
    return placeholders.replaced { literal(statement.parameters[$0.number - 1]) }.text
  }

  /// The same parameter once; another type of the same value under another name.
  private static func name(
    _ parameter: SQLParameter, _ parameters: inout [SQLParameter]
  ) -> String {
    var parameter = parameter
    let base = parameter.name ?? ""
    var suffix = 0
    while let known = parameters.first(where: { $0.name == parameter.name }) {
      if known == parameter { return ":" + (parameter.name ?? "") }
      suffix += 1
      parameter.name = "\(base)_\(suffix)"
    }
    parameters.append(parameter)
    return ":" + (parameter.name ?? "")
  }

  private static func text(_ value: Parameter) -> Field {
    guard case .text(let text) = value else { return .null }
    return .string(text)
  }

  private static func literal(_ value: Parameter) -> String {
    guard case .text(let text) = value, let quoted = try? SQLLiteral.quoted(text) else {
      return "NULL"
    }
    // `E'…'` after a letter would belong to it.
    return quoted.hasPrefix("E") ? " " + quoted : quoted
  }
}
