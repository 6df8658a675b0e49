internal import CLibPQ

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Opens libpq sessions.
enum LibPQSession {
  /// A connected handle, which the caller must finish.
  static func open(
    conninfo: String, applicationName: String, database: String?, settings own: [String: String],
    options: String?,
    connectTimeout: Int, cancellation: Cancellation?
  ) throws -> OpaquePointer {
    // A later key word wins over an earlier one, so defaults stand before the caller's string.
    let environment = getenv("PGCONNECT_TIMEOUT").map { String(cString: $0) }
    var settings: [(String, String)] = [
      ("connect_timeout", environment ?? String(connectTimeout)),
      ("fallback_application_name", applicationName),
      // A server that is gone without a word is found out in 90 seconds, not in two hours (tcp(7));
      // what the URL says goes before.
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "6"),
      ("tcp_user_timeout", "90000"),
    ]
    settings += options.map { [("options", $0)] } ?? []
    settings += [("dbname", conninfo), ("client_encoding", "UTF8")]
    settings += database.map { [("dbname", $0)] } ?? []
    settings += own.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let keys = settings.map { strdup($0.0) } + [nil]
    let values = settings.map { strdup($0.1) } + [nil]
    defer { for pointer in keys + values { free(pointer) } }
    let handle = keys.map { UnsafePointer($0) }.withUnsafeBufferPointer { keys in
      values.map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
        PQconnectStartParams(keys.baseAddress, values.baseAddress, 1)
      }
    }
    guard let handle else { throw PostgresError(.cannotConnect, "libpq is out of memory") }
    do {
      try finishConnecting(
        handle, timeout: connectTimeoutInForce(handle) ?? connectTimeout, cancellation: cancellation
      )
    } catch {
      PQfinish(handle)
      throw (error as? PostgresError).map { hidingSecrets($0, conninfo: conninfo) } ?? error
    }
    return handle
  }

  private static func finishConnecting(
    _ handle: OpaquePointer, timeout: Int, cancellation: Cancellation?
  ) throws {
    let clock = ContinuousClock()
    let deadline = timeout > 0 ? clock.now.advanced(by: .seconds(timeout)) : nil
    var wanted = PGRES_POLLING_WRITING
    while PQstatus(handle) != CONNECTION_BAD {
      if let deadline, clock.now >= deadline {
        throw PostgresError(
          .cannotConnect, "no answer from the server within \(timeout) seconds")
      }
      try cancellation?.check()
      // Short waits, so that an interrupt is heard.
      let events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT
      var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
      if poll(&descriptor, 1, 100) <= 0 { continue }
      wanted = PQconnectPoll(handle)
      if wanted == PGRES_POLLING_OK { return }
      if wanted == PGRES_POLLING_FAILED { break }
    }
    let message = String(cString: PQerrorMessage(handle)).trimmedLines
    throw PostgresError(.cannotConnect, message.isEmpty ? "the connection failed" : message)
  }

  /// `error` without the parts of a password that libpq took for something else and quotes.
  private static func hidingSecrets(_ error: PostgresError, conninfo: String) -> PostgresError {
    var error = error
    guard error.code == .cannotConnect else { return error }
    // A text with neither is a database's name.
    if conninfo.contains("=") || conninfo.contains("://"),
      let problem = LibPQConnection.problem(inConninfo: conninfo)
    {
      error.message = "the connection string is malformed: \(problem)"
      return error
    }
    // A "/" or "@" of a password that is not percent-encoded ends it: the rest is read as port or
    // host.
    for (start, ending) in [
      ("invalid integer value \"", ""), ("invalid port number: \"", ""),
      ("could not translate host name \"", "@"), ("connection to server at \"", "@"),
    ] {
      guard let value = error.message.firstRange(of: start)?.upperBound,
        let end = error.message[value...].firstIndex(of: "\"")
      else { continue }
      if ending.isEmpty {
        error.message.replaceSubrange(value..<end, with: "…")
      } else if let mark = error.message[value..<end].lastIndex(of: "@") {
        error.message.replaceSubrange(value..<mark, with: "…")
      }
    }
    return error
  }

  /// libpq applies `connect_timeout` only when it waits by itself, so it is read back and applied
  /// here.
  private static func connectTimeoutInForce(_ handle: OpaquePointer) -> Int? {
    guard let options = PQconninfo(handle) else { return nil }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      if String(cString: keyword) == "connect_timeout" {
        return option.pointee.val.flatMap { Int(String(cString: $0)) }
      }
      option += 1
    }
    return nil
  }
}
