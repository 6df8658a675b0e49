import Foundation

@testable import AWS
@testable import DataAPIServer
@testable import Postgres
@testable import SQLSyntax

extension FuzzTarget {
  /// A request is refused with a failure of the service, or its statement has a value for each
  /// placeholder and every place in it leads back to the caller's text.
  ///
  /// The first byte says which operation it is, the rest is the body.
  static let dataAPIRequests = FuzzTarget(name: "data-api-requests") { input in
    let body = Array(input.dropFirst())
    do {
      switch (input.first ?? 0) % 3 {
      case 0:
        let request: ExecuteStatementRequest = try RequestBody.decoded(body)
        try isReadBack(request.parameters ?? [])
        try identify(request.resourceArn, request.secretArn, request.schema)
        try bind(request.sql, request.parameters ?? [])
      case 1:
        let request: BatchExecuteStatementRequest = try RequestBody.decoded(body)
        try identify(request.resourceArn, request.secretArn, request.schema)
        for set in request.parameterSets ?? [[]] { try bind(request.sql, set) }
      default:
        let request: TransactionRequest = try RequestBody.decoded(body)
        try identify(request.resourceArn, request.secretArn, request.schema)
        _ = try Caller.required(request.transactionId, "transactionId")
      }
    } catch is ServiceFailure {
      // As it should be.
    }
  }

  private static func identify(_ cluster: String?, _ secret: String?, _ schema: String?) throws {
    let options = DataAPIServerOptions(conninfo: "")
    // What follows is tried for callers of any name.
    guard let caller = try? Caller(cluster, secret, schema: schema, region: nil, options: options)
    else { return }
    try hold(
      caller.cluster == cluster && caller.secret == secret, "the caller is another one")
  }

  private static func bind(_ sql: String?, _ parameters: [SQLParameter]) throws {
    let sql = try Caller.required(sql, "sql")
    let statement = try BoundStatement(sql, parameters)
    let names = statement.placeholders.names
    try hold(
      statement.values.count == names.count && statement.types.count == names.count,
      "\(names) have \(statement.values.count) values")
    try hold(Set(names.map { Array($0.utf8) }).count == names.count, "\(names) has a name twice")
    // Positions of the server's errors, which count from 1 and may point behind the end.
    var last = 1
    for position in 1...statement.sql.unicodeScalars.count + 1 {
      let original = statement.placeholders.edited.originalPosition(of: position)
      try hold(original >= last, "the place before \(position) lies behind it")
      last = original
    }
    try hold(
      last == sql.unicodeScalars.count + 1, "the end of \(sql.debugDescription) is at \(last)")
    for value in statement.values {
      guard case .text(let text) = value else { continue }
      try hold(!text.utf8.contains(0), "a value holds a NUL")
    }
    _ = try? NumberedPlaceholders(parsing: statement.sql).replaced { "$\($0.number)" }
  }

  /// Values come out of JSON, arrays and bytea as they went in.
  private static func isReadBack(_ parameters: [SQLParameter]) throws {
    for parameter in parameters {
      guard let value = parameter.value else { continue }
      let again = try JSONDecoder().decode(Field.self, from: JSONEncoder().encode(value))
      try hold(again == value, "\(value) is read as \(again)")
      switch value {
      case .blob(let bytes):
        try hold(
          PostgresBytea.bytes(of: PostgresBytea.text(of: bytes)) == bytes, "\(bytes) as bytea")
      case .string(let text):
        let elements = PostgresArray.elements(of: PostgresArray.text(of: [text, text]))
        try hold(
          elements.count == 2
            && elements.allSatisfy { $0?.utf8.elementsEqual(text.utf8) == true },
          "\(text.debugDescription) as elements of an array is \(elements)")
        _ = PostgresBytea.bytes(of: text)
      default: break
      }
    }
  }
}
