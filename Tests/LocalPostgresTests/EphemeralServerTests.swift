import LocalPostgres
import Postgres
import TestSupport
import Testing

@Suite("Throwaway servers")
struct EphemeralServerTests {
  @Test("a server answers, and stopping it leaves neither a directory nor a process")
  func startQueryStop() throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let server = try EphemeralServer.start(TestServer.options())
    let up = clock.now
    let connection = try LibPQConnection(conninfo: server.address.conninfo)
    #expect(try connection.execute("SELECT current_database()").scalar == "app")
    connection.close()
    let s = clock.now
    server.stop()
    for _ in 0..<3 {
      let b = clock.now
      try withDatabase { c in
        try c.execute("select 1")
      }
    }
  }
}
