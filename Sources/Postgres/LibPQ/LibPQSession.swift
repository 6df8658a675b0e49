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
    conninfo: String, applicationName: String, connectTimeout: Int, cancellation: Cancellation?
  ) throws -> OpaquePointer {
    // A later key word wins over an earlier one, so defaults stand before the caller's string.
    let environment = getenv("PGCONNECT_TIMEOUT").map { String(cString: $0) }
    let settings: [(String, String)] = [
      ("connect_timeout", environment ?? String(connectTimeout)),
      ("fallback_application_name", applicationName),
      ("dbname", conninfo),
      ("client_encoding", "UTF8"),
    ]
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
      throw error
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

  /// libpq applies `connect_timeout` only when it waits by itself, so it is read back and applied here.
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

extension String {
  /// The lines joined by `; `, without white space around each.
  var trimmedLines: String {
    split(separator: "\n").map { line in
      var line = line
      while line.first?.isWhitespace == true { line.removeFirst() }
      while line.last?.isWhitespace == true { line.removeLast() }
      return String(line)
    }.joined(separator: "; ")
  }
}
