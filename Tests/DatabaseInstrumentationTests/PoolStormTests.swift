import DatabaseInstrumentation
import Postgres
import Synchronization
import TestSupport
import Testing

private let who = "SELECT current_setting('app.current_tenant_id', true)"

@Suite("The pool under load")
struct PoolStormTests {
  @Test(
    "500 tasks on 10 connections, cancelled and cut off at random, never see another tenant's rows")
  func storm() async throws {
    try await PoolFixture.with({ $0.maximum = 10 }) { fixture in
      let pool = fixture.pool
      let outcomes = Outcomes()
      let killer = Task {
        // A number, not a time: on a slow machine as many get through.
        for _ in 0..<60 where !Task.isCancelled {
          let admin = try fixture.database.connect()
          try admin.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            ORDER BY random() LIMIT 1
            """)
          admin.close()
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      await withTaskGroup { group in
        for number in 0..<500 {
          group.addTask {
            let tenant = "t\(number % 20)"
            let task = Task {
              for round in 0..<4 { try await work(pool, tenant, round, outcomes) }
            }
            if number % 5 == 0 {
              try? await Task.sleep(for: .milliseconds(Int.random(in: 0...200)))
              task.cancel()
            }
            do {
              try await task.value
              outcomes.note("done")
            } catch is CancellationError {
              outcomes.note("cancelled")
            } catch is PostgresError {
              outcomes.note("cut off")
            } catch {
              outcomes.note("\(error)")
            }
          }
        }
      }
      killer.cancel()
      _ = await killer.result
      let counts = outcomes.counts
      #expect(Set(counts.keys).isSubset(of: ["done", "cancelled", "cut off"]), "\(counts)")
      #expect(counts.values.reduce(0, +) == 500)
      #expect((counts["done"] ?? 0) >= 500 - 100 - 60, "\(counts)")
      #expect((counts["cancelled"] ?? 0) > 10, "\(counts)")
      // Nothing is lost: all connections are there for whoever comes next.
      let statistics = pool.statistics
      #expect(statistics.idle == statistics.open)
      #expect(statistics.open <= 10)
      #expect(statistics.waiting == 0)
      let admin = try fixture.database.connect()
      #expect(
        try admin.execute("SELECT count(*) FROM x WHERE id > 200").scalar == "0",
        "what was undone has left rows")
      admin.close()
    }
  }

  private func work(
    _ pool: ConnectionPool, _ tenant: String, _ round: Int, _ outcomes: Outcomes
  ) async throws {
    switch round % 2 {
    case 0:
      do {
        try await pool.withRLS(tenant: tenant) { connection in
          for _ in 0..<3 {
            let row = try await connection.execute(
              "SELECT \(who.dropFirst(7)), count(*), count(*) FILTER (WHERE tenant <> $1) FROM x",
              [.text(tenant)]
            ).rows.first
            if row?[0] != tenant || row?[1] != "10" || row?[2] != "0" {
              outcomes.note("saw \(row?[0] ?? "-") \(row?[1] ?? "-") instead of \(tenant)")
            }
          }
          try await connection.execute("INSERT INTO x VALUES ($1, 300)", [.text(tenant)])
          throw Interruption()
        }
      } catch is Interruption {}
    default:
      let results = try await pool.batchWithRLS(
        tenant: tenant, [PipelineStatement(who), PipelineStatement("SELECT count(*) FROM x")])
      if results.map(\.scalar) != [tenant, "10"] {
        outcomes.note("saw \(results.map(\.scalar)) instead of \(tenant)")
      }
    }
  }
}

/// How often what happened.
private final class Outcomes: Sendable {
  private let kept = Mutex<[String: Int]>([:])
  var counts: [String: Int] { kept.withLock { $0 } }
  func note(_ outcome: String) { kept.withLock { $0[outcome, default: 0] += 1 } }
}
