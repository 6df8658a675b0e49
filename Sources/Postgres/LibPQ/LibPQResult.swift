internal import CLibPQ

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension QueryResult {
  /// Reads a libpq result and frees it.
  init(take result: OpaquePointer?, connection: OpaquePointer) throws {
    defer { PQclear(result) }
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE:
      break
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      throw PostgresError(
        .invalidRequest, "COPY to or from the client cannot run as a plain statement")
    default:
      throw PostgresError(result: result, connection: connection)
    }
    let width = Int(PQnfields(result))
    let height = Int(PQntuples(result))
    var cells: [String?] = []
    cells.reserveCapacity(width * height)
    var bytes = 0
    for row in 0..<height {
      for column in 0..<width {
        if PQgetisnull(result, Int32(row), Int32(column)) == 1 {
          cells.append(nil)
        } else {
          bytes += Int(PQgetlength(result, Int32(row), Int32(column)))
          cells.append(String(cString: PQgetvalue(result, Int32(row), Int32(column))))
        }
      }
    }
    let changed = PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
    self.init(
      columns: (0..<Int32(width)).map { index in
        var column = Column(
          name: String(cString: PQfname(result, index)), typeOID: PQftype(result, index))
        column.typeModifier = PQfmod(result, index)
        column.tableOID = PQftable(result, index)
        column.tableColumn = PQftablecol(result, index)
        return column
      },
      cells: cells,
      commandTag: PQcmdStatus(result).map { String(cString: $0) } ?? "",
      rowCount: changed ?? height,
      byteCount: bytes)
  }
}

extension PostgresError {
  init(result: OpaquePointer?, connection: OpaquePointer) {
    func field(_ code: Unicode.Scalar) -> String? {
      PQresultErrorField(result, Int32(code.value)).map { String(serverText: $0) }
    }
    // The letters are those of section 55.8 "Error and Notice Message Fields".
    let state = field("C").map { SQLState(rawValue: $0) }
    let isLost = PQstatus(connection) == CONNECTION_BAD
    let message = field("M") ?? String(serverText: PQerrorMessage(connection)).trimmedLines
    self.init(
      isLost ? .connectionLost : .server,
      message.isEmpty ? "the server closed the connection" : message,
      sqlState: state ?? (isLost ? .connectionFailure : nil))
    detail = field("D")
    hint = field("H")
    context = field("W")
    position = field("P").flatMap { Int($0) }
    serverFunction = field("R")
    let named = ErrorObject(
      schema: field("s"), table: field("t"), column: field("c"), dataType: field("d"),
      constraint: field("n"))
    object = named == ErrorObject() ? nil : named
  }
}

extension [Parameter] {
  /// Calls `body` with the values as C strings, which live until it returns.
  func withCStrings<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] = map { parameter in
      guard case .text(let value) = parameter else { return nil }
      return strdup(value)
    }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) })
  }
}
