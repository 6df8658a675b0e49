import Postgres
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("COPY and cancelling")
struct CopyAndCancelTests {
  private struct Interruption: Error {}

  /// Chunks of a thousand lines each, and then an end or an error.
  private static func chunks(
    _ count: Int, of line: String = "1\n", then error: (any Error)? = nil
  ) -> () throws -> [UInt8]? {
    var sent = 0
    return {
      if sent == count, let error { throw error }
      defer { sent += 1 }
      return sent < count ? Array(String(repeating: line, count: 1_000).utf8) : nil
    }
  }

  @Test("rows arrive, and an empty chunk is not the end")
  func copy() throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE TABLE t (i int)")
      let many = try connection.copyIn("COPY t FROM STDIN", nextChunk: Self.chunks(50))
      #expect(many == 50_000)
      var rest: [[UInt8]] = [Array("1\n".utf8), [], Array("2\n".utf8)]
      let copied = try connection.copyIn("COPY t FROM STDIN") {
        rest.isEmpty ? nil : rest.removeFirst()
      }
      #expect(copied == 2)
    }
  }

  @Test("a bad row in the middle fails the whole and names its line")
  func badRow() throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE TABLE t (i int)")
      var chunk = 0
      let error = #expect(throws: PostgresError.self) {
        try connection.copyIn("COPY t FROM STDIN") {
          chunk += 1
          guard chunk < 3_000 else { return nil }
          return Array((chunk == 5 ? "x\n" : String(repeating: "1\n", count: 1_000)).utf8)
        }
      }
      #expect(error?.sqlState == "22P02")
      #expect(error?.context?.contains("line 4001") == true)
      #expect(try connection.execute("SELECT count(*) FROM t").scalar == "0")
    }
  }

  @Test("a source that throws has its rows discarded and its error passed on")
  func throwingSource() throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE TABLE t (i int)")
      #expect(throws: Interruption.self) {
        try connection.copyIn(
          "COPY t FROM STDIN", nextChunk: Self.chunks(20, then: Interruption()))
      }
      #expect(connection.transactionStatus == .idle)
      #expect(try connection.execute("SELECT count(*) FROM t").scalar == "0")
    }
  }

  @Test("COPY where it can't be is an error, and the session goes on")
  func misplaced() throws {
    try withSessions { connection, _ in
      try connection.execute("CREATE TABLE t (i int)")
      for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] {
        let error = #expect(throws: PostgresError.self) { try connection.execute(sql) }
        #expect(error?.code == .invalidRequest)
        #expect(try connection.execute("SELECT 1").scalar == "1")
      }
      for sql in ["SELECT 1", "COPY t TO STDOUT", "COPY nowhere FROM STDIN"] {
        #expect(throws: PostgresError.self) {
          try connection.copyIn(sql, nextChunk: Self.chunks(1))
        }
        #expect(try connection.execute("SELECT 1").scalar == "1")
      }
    }
  }

  @Test("another thread ends a long statement at once, and what follows is refused")
  func cancel() throws {
    try TestServer.shared.withDatabase { observer, database in
      let cancellation = Cancellation()
      let connection = try LibPQConnection(
        conninfo: database.conninfo, cancellation: cancellation)
      defer { connection.close() }
      let clock = ContinuousClock()
      let start = clock.now
      try connection.execute("BEGIN")
      let thread = CancellingThread(cancellation, after: 200_000)
      let error = #expect(throws: PostgresError.self) {
        try connection.execute("SELECT pg_sleep(60)")
      }
      thread.join()
      #expect(error?.sqlState == .queryCanceled)
      #expect(start.duration(to: clock.now) < .seconds(10))
      let refused = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
      #expect(refused?.code == .cancelled)
      try connection.execute("ROLLBACK")
      #expect(connection.transactionStatus == .idle)
      #expect(throws: PostgresError.self) {
        try LibPQConnection(conninfo: database.conninfo, cancellation: cancellation)
      }
      #expect(try observer.execute("SELECT 1").scalar == "1")
    }
  }

  @Test("another thread ends a pipeline in the middle")
  func cancelPipeline() throws {
    try TestServer.shared.withDatabase { _, database in
      let cancellation = Cancellation()
      let connection = try LibPQConnection(
        conninfo: database.conninfo, cancellation: cancellation)
      defer { connection.close() }
      let thread = CancellingThread(cancellation, after: 200_000)
      let outcomes = try connection.pipeline([
        PipelineStatement("SELECT 1"), PipelineStatement("SELECT pg_sleep(60)"),
        PipelineStatement("SELECT 2"),
      ])
      thread.join()
      #expect(outcomes[1].error?.sqlState == .queryCanceled)
      #expect(outcomes[2].result == nil)
    }
  }
}

/// A thread that cancels after some microseconds.
private struct CancellingThread {
  private final class Work: Sendable {
    let cancellation: Cancellation
    let delay: UInt32
    init(_ cancellation: Cancellation, _ delay: UInt32) {
      self.cancellation = cancellation
      self.delay = delay
    }
  }

  private let thread: pthread_t?

  init(_ cancellation: Cancellation, after delay: UInt32) {
    let work = Unmanaged.passRetained(Work(cancellation, delay))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    // The test's own thread waits in libpq, and the cooperative pool may have no other.
    pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        #else
          guard let argument else { return nil }
          let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        #endif
        usleep(work.delay)
        work.cancellation.cancel()
        return nil
      }, work.toOpaque())
    self.thread = thread
  }

  func join() { if let thread { pthread_join(thread, nil) } }
}
