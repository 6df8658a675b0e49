internal import Postgres

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Statements whose results nobody looks at, as one `DO` block: one call for all of them.
///
/// The block tells which statement failed, and why, in the message of the error that it raises: what
/// the Data API keeps of an error does not name the statement.
struct PackedScript {
  /// The statement to send.
  let sql: String
  /// A text in it that is in no other statement, by which the server's process that runs it is found.
  let mark: String

  /// A script of statements, without parameters.
  init(_ statements: [String]) {
    var body = ""
    for (index, statement) in statements.enumerated() {
      body += "dbtool_step := \(index); EXECUTE \(Self.dollarQuoted(statement));\n"
    }
    let number = String(UInt64.random(in: .min ... .max), radix: 36)
    mark = "dbtool script \(number)"
    sql =
      "DO /* \(mark) */ "
      + Self.dollarQuoted(
        """
        DECLARE
        dbtool_step pg_catalog.int4; \(PLpgSQL.declarations)
        BEGIN
        \(body)EXCEPTION WHEN OTHERS OR query_canceled OR assert_failure THEN
        \(PLpgSQL.diagnostics)
        RAISE EXCEPTION USING ERRCODE = dbtool_state, MESSAGE = '\(Self.prefix)'
        || pg_catalog.json_build_array(dbtool_step, \(PLpgSQL.fields))::pg_catalog.text;
        END
        """)
  }

  /// The statement that failed, and its error; nil for an error of another origin.
  static func failure(_ error: PostgresError) -> (index: Int, error: PostgresError)? {
    guard error.message.hasPrefix(prefix),
      let report = try? JSONDecoder().decode(
        [PLpgSQL.Value].self, from: Data(error.message.dropFirst(prefix.count).utf8)),
      report.count == 11, let index = report[0].number
    else { return nil }
    return (index, PostgresError(report: report.dropFirst().map(\.text)))
  }

  private static let prefix = "dbtool: "

  /// A constant that holds the text as it is.
  static func dollarQuoted(_ text: String) -> String {
    var number = 0
    var tag = "$dbtool$"
    while text.contains(tag) || text.hasSuffix(String(tag.dropLast())) {
      number += 1
      tag = "$dbtool\(number)$"
    }
    return tag + text + tag
  }
}

/// What the packings have in common: how an error is read where it is caught.
enum PLpgSQL {
  /// A cell of a report.
  enum Value: Decodable {
    case null
    case number(Int)
    case string(String)
    case strings([String?])

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        self = .null
      } else if let number = try? value.decode(Int.self) {
        self = .number(number)
      } else if let text = try? value.decode(String.self) {
        self = .string(text)
      } else {
        self = .strings(try value.decode([String?].self))
      }
    }

    var number: Int? {
      guard case .number(let number) = self else { return nil }
      return number
    }

    var text: String? {
      guard case .string(let text) = self else { return nil }
      return text
    }

    var texts: [String?]? {
      guard case .strings(let texts) = self else { return nil }
      return texts
    }
  }

  /// PostgreSQL manual, section 43.6.8.1 "Obtaining Information About an Error".
  private static let items: [(variable: String, item: String)] = [
    ("dbtool_state", "RETURNED_SQLSTATE"), ("dbtool_message", "MESSAGE_TEXT"),
    ("dbtool_detail", "PG_EXCEPTION_DETAIL"), ("dbtool_hint", "PG_EXCEPTION_HINT"),
    ("dbtool_context", "PG_EXCEPTION_CONTEXT"), ("dbtool_schema", "SCHEMA_NAME"),
    ("dbtool_table", "TABLE_NAME"), ("dbtool_column", "COLUMN_NAME"),
    ("dbtool_type", "PG_DATATYPE_NAME"), ("dbtool_constraint", "CONSTRAINT_NAME"),
  ]

  static let declarations = items.map { "\($0.variable) pg_catalog.text;" }.joined(separator: " ")

  static let diagnostics =
    "GET STACKED DIAGNOSTICS "
    + items.map { "\($0.variable) = \($0.item)" }.joined(separator: ", ") + ";"

  static let fields = items.map { "nullif(\($0.variable), '')" }.joined(separator: ", ")
}

extension PostgresError {
  /// The error in the ten fields of a report.
  init(report: [String?]) {
    self.init(
      .server, report[1] ?? "", sqlState: report[0].map { SQLState(rawValue: $0) })
    detail = report[2]
    hint = report[3]
    context = report[4].flatMap(Self.withoutPacking)
    let named = ErrorObject(
      schema: report[5], table: report[6], column: report[7], dataType: report[8],
      constraint: report[9])
    object = named == ErrorObject() ? nil : named
  }

  /// The context without the lines that tell of the block or function that ran the statement.
  private static func withoutPacking(_ context: String) -> String? {
    var lines = context.split(separator: "\n", omittingEmptySubsequences: false)
    guard
      let end = lines.firstIndex(where: {
        $0.hasPrefix("PL/pgSQL function inline_code_block line")
          || ($0.hasPrefix("PL/pgSQL function pg_temp") && $0.contains(".dbtool_block("))
      })
    else { return context }
    lines = Array(lines[..<end])
    // Just before it stands the statement itself, which may have lines of its own.
    if let statement = lines.lastIndex(where: { $0.hasPrefix("SQL statement \"") }) {
      lines = Array(lines[..<statement])
    }
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}
