import AWS
import DataAPI
import DataAPIServer
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("COMMIT over the Data API")
struct CommitTests {
  @Test("a COMMIT that a deferred constraint refuses ends the transaction, packed or not")
  func refusedCommit() throws {
    try withBoth { libpq, api, _ in
      try libpq.execute("CREATE TABLE a (n int PRIMARY KEY)")
      try libpq.execute(
        "CREATE TABLE b (n int REFERENCES a DEFERRABLE INITIALLY DEFERRED)")
      for count in [1, 5] {
        let inserts = (1...count).map {
          PipelineStatement("INSERT INTO b VALUES (\($0)) RETURNING n")
        }
        let outcomes = try api.pipeline(
          [PipelineStatement("BEGIN")] + inserts + [PipelineStatement("COMMIT")])
        #expect(outcomes.last?.error?.sqlState == .foreignKeyViolation)
        #expect(api.transactionStatus == .idle)
        #expect(try api.execute("SELECT count(*) FROM b", []).scalar == "0")
      }
    }
  }

  @Test("an interrupt while COMMIT is on its way waits for its answer; before it nothing is kept")
  func interruptedCommit() throws {
    try TestServer.shared.withDatabase { libpq, database in
      try libpq.execute("CREATE TABLE t (a int)")
      // Begin, insert, and the slow COMMIT.
      let api = try LocalDataAPI(database) { $0.faults = [Fault(.slow, at: 3)] }
      let cancellation = Cancellation()
      let connection = DataAPIConnection(
        try api.makeClient(isCancelled: { cancellation.isRequested }))
      try connection.execute("BEGIN", [])
      try connection.execute("INSERT INTO t VALUES (1)", [])
      let interrupt = BackgroundWork {
        #expect(becomesTrue { api.server.callCount == 3 })
        cancellation.cancel()
      }
      #expect(try connection.execute("COMMIT", []).commandTag == "COMMIT")
      try interrupt.wait()
      #expect(cancellation.isRequested)
      #expect(try libpq.execute("SELECT count(*) FROM t").scalar == "1")

      let late = Cancellation()
      let other = DataAPIConnection(try api.makeClient(isCancelled: { late.isRequested }))
      try other.execute("BEGIN", [])
      try other.execute("INSERT INTO t VALUES (2)", [])
      late.cancel()
      let error = #expect(throws: PostgresError.self) { try other.execute("COMMIT", []) }
      #expect(error?.code == .cancelled)
      #expect(try libpq.execute("SELECT count(*) FROM t").scalar == "1")
    }
  }
}
