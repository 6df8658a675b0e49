import Policies
import Postgres
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of policy files that a test writes.
struct PolicyFolder {
  let path: String

  func write(_ name: String, _ text: String) throws { try write(name, bytes: Array(text.utf8)) }

  func write(_ name: String, bytes: [UInt8]) throws {
    guard let file = fopen(path + "/" + name, "w") else {
      throw CannotWrite(name: name)
    }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw CannotWrite(name: name)
    }
  }

  func remove(_ name: String) { unlink(path + "/" + name) }

  func load() throws(PolicyError) -> PolicyDirectory { try PolicyDirectory.load(path) }

  /// Plans and applies what the folder holds now.
  @discardableResult
  func apply(
    on connection: any Connection, runner: PolicyRunner = PolicyRunner(toolVersion: "test")
  ) throws(PolicyError) -> PolicyReport {
    try runner.apply(try runner.plan(try load(), on: connection), on: connection)
  }

  static func withFolder<Result>(_ body: (PolicyFolder) throws -> Result) throws -> Result {
    try withTemporaryDirectory { try body(PolicyFolder(path: $0)) }
  }

  /// The error that loading a folder with one file gives.
  static func errorLoading(_ name: String, bytes: [UInt8]) throws -> PolicyError? {
    try withFolder { folder -> PolicyError? in
      try folder.write(name, bytes: bytes)
      do throws(PolicyError) {
        _ = try folder.load()
        return nil
      } catch {
        return error
      }
    }
  }

  static func errorLoading(_ text: String) throws -> PolicyError? {
    try errorLoading("010_a.sql", bytes: Array(text.utf8))
  }
}

struct CannotWrite: Error {
  var name: String
}

/// Counts how often the client waits for the server.
final class CountingConnection: Connection {
  private let base: any Connection
  private(set) var waits = 0

  init(_ base: any Connection) { self.base = base }

  var transport: Transport { base.transport }
  var serverVersion: Int { base.serverVersion }
  var transactionStatus: TransactionStatus { base.transactionStatus }

  func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult {
    waits += 1
    return try base.execute(sql, parameters)
  }

  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] {
    waits += 1
    return try base.pipeline(statements, onOutcome: onOutcome)
  }

  func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int {
    waits += 1
    return try base.copyIn(sql, nextChunk: nextChunk)
  }

  func close() { base.close() }
}
