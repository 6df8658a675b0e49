internal import AWS
internal import Postgres
internal import SQLSyntax

/// A statement of a request, ready for libpq.
struct BoundStatement {
  let placeholders: NamedPlaceholders
  let values: [Parameter]
  let types: [UInt32]

  var sql: String { placeholders.edited.text }

  /// Binds `parameters` to the names in `sql`.
  ///
  /// - Throws: `ServiceFailure` for more than one statement, a missing parameter, and values that do
  ///   not fit their hints.
  init(_ sql: String, _ parameters: [SQLParameter]) throws(ServiceFailure) {
    guard sql.unicodeScalars.count <= RDSDataClient.longestSQL else {
      throw ServiceFailure(
        .validation,
        "1 validation error detected: Value at 'sql' failed to satisfy constraint: Member must have "
          + "length less than or equal to \(RDSDataClient.longestSQL)")
    }
    guard !sql.utf8.contains(0) else {
      throw ServiceFailure(.badRequest, "The SQL text contains a NUL character")
    }
    do {
      placeholders = try NamedPlaceholders(parsing: sql)
    } catch {
      throw ServiceFailure(
        .databaseError, "ERROR: \(error.message); Position: 1; SQLState: 42601")
    }
    // Text that does not parse is for the database to refuse.
    if let statements = try? StatementSplitter.split(placeholders.edited.text) {
      guard statements.count <= 1 else { throw .multistatement }
      guard !statements.isEmpty else { throw ServiceFailure(.validation, "SQL is empty") }
    }
    var named: [String: SQLParameter] = [:]
    for parameter in parameters {
      guard let name = parameter.name, !name.isEmpty else {
        throw ServiceFailure(.badRequest, "A parameter has no name")
      }
      named[name] = parameter
    }
    var values: [Parameter] = []
    var types: [UInt32] = []
    for name in placeholders.names {
      guard let parameter = named[name], let value = parameter.value else {
        throw ServiceFailure(.badRequest, "Cannot find parameter: \(name)")
      }
      let bound = try Self.bind(value, parameter.typeHint, name)
      values.append(bound.value)
      types.append(bound.type)
    }
    self.values = values
    self.types = types
  }

  private static func bind(
    _ value: Field, _ hint: SQLParameter.TypeHint?, _ name: String
  ) throws(ServiceFailure) -> (value: Parameter, type: UInt32) {
    switch value {
    case .null: return (.null, hint.map(oid) ?? 0)
    case .boolean(let value): return (.text(value ? "true" : "false"), 16)
    case .long(let value): return (.text(String(value)), 20)
    case .double(let value):
      let text =
        value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "Infinity" : "-Infinity") : "\(value)"
      return (.text(text), 701)
    case .blob(let bytes): return (.text(PostgresBytea.text(of: bytes)), 17)
    case .string(let text):
      guard !text.utf8.contains(0) else {
        throw ServiceFailure(
          .databaseError,
          "ERROR: invalid byte sequence for encoding \"UTF8\": 0x00; SQLState: 22021")
      }
      // Text that nothing is said of is text: it fits no uuid, date or enum.
      guard let hint else { return (.text(text), 25) }
      guard fits(text, hint) else {
        throw ServiceFailure(.badRequest, message(text, hint))
      }
      return (.text(text), oid(hint))
    case .array:
      throw ServiceFailure(.badRequest, "Array parameters are not supported.")
    }
  }

  private static func oid(_ hint: SQLParameter.TypeHint) -> UInt32 {
    switch hint {
    // Not `jsonb`, which would lose the spelling of what goes to a column of type `json`.
    case .json: 114
    case .uuid: 2950
    case .timestamp: 1114
    case .date: 1082
    case .time: 1083
    case .decimal: 1700
    }
  }

  /// The forms that the API's reference gives ("SqlParameter", `typeHint`).
  private static func fits(_ text: String, _ hint: SQLParameter.TypeHint) -> Bool {
    switch hint {
    case .uuid: text.wholeMatch(of: /[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/) != nil
    case .date: text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil
    case .time: text.wholeMatch(of: /[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/) != nil
    case .timestamp:
      text.wholeMatch(
        of: /[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?/) != nil
    case .decimal: text.wholeMatch(of: /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/) != nil
    case .json: true
    }
  }

  private static func message(_ text: String, _ hint: SQLParameter.TypeHint) -> String {
    switch hint {
    case .date, .time, .timestamp: "Cannot parse date or time \"\(text)\""
    case .uuid: "Invalid UUID string: \(text)"
    case .decimal, .json: "Cannot parse \(hint.rawValue) \"\(text)\""
    }
  }
}
