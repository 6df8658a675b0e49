import DatabaseInstrumentation
import Postgres
import TestSupport
import Testing

private func tenant(_ id: String) -> Trial.Context { .tenant(TenantContext(tenant: id)) }

/// Rehearses inside a transaction that is always rolled back.
private func rehearse(_ fixture: Fixture, _ steps: [RehearsalStep]) throws -> [TrialOutcome] {
  try fixture.client.connection.execute("BEGIN")
  defer { _ = try? fixture.client.connection.execute("ROLLBACK") }
  return try fixture.client.rehearse(steps)
}

@Suite("Rehearsals")
struct RehearsalTests {
  @Test("A trial really runs, and leaves nothing behind for the next one or for anybody")
  func nothingStays() throws {
    try Fixture.with { fixture in
      let delete = Trial(
        PipelineStatement("DELETE FROM x"), role: "app_user", context: tenant("a"),
        observation: PipelineStatement("SELECT count(*) FROM x"))
      let waits = fixture.counting.waits
      try fixture.client.connection.execute("BEGIN")
      let outcomes = try fixture.client.rehearse([.trial(delete), .trial(delete)])
      #expect(fixture.counting.waits == waits + 2)
      // The observation is made by the superuser: tenant b's row is what is left.
      #expect(outcomes.map { $0.outcome.result?.rowCount } == [2, 2])
      #expect(outcomes.map { $0.observation?.scalar } == ["1", "1"])
      let after = try fixture.client.exempt { connection in
        try connection.execute(
          """
          SELECT count(*), current_user = session_user,
            current_setting('app.current_tenant_id', true)
          FROM x
          """)
      }
      #expect(after.rows.first?[0] == "3")
      #expect(after.rows.first?[1] == "t")
      #expect(after.rows.first?[2] ?? "" == "")
      // Even committed, nothing has happened.
      try fixture.client.connection.execute("COMMIT")
      #expect(try fixture.ids() == ["1", "2", "3"])
    }
  }

  @Test("A trial runs as its role, in its context", arguments: ["app_user", "app_readonly"])
  func role(role: String) throws {
    try Fixture.with { fixture in
      let query = PipelineStatement(
        "SELECT current_user || coalesce(' ' || current_setting('app.current_tenant_id', true), '')"
      )
      let outcomes = try rehearse(
        fixture,
        [.unset, tenant("a"), .empty].map { .trial(Trial(query, role: role, context: $0)) })
      #expect(outcomes.first?.outcome.result?.scalar?.hasPrefix(role) == true)
      #expect(outcomes[1].outcome.result?.scalar == role + " a")
      #expect(outcomes[2].outcome.result?.scalar == role + " ")
    }
  }

  @Test("Without a tenant nothing is seen, with one only its rows")
  func contexts() throws {
    try Fixture.with { fixture in
      let query = PipelineStatement("SELECT count(*) FROM x")
      let contexts = [tenant("a"), .unset, tenant("b"), .empty, tenant("'; DROP TABLE x; --")]
      let outcomes = try rehearse(
        fixture, contexts.map { .trial(Trial(query, role: "app_user", context: $0)) })
      #expect(outcomes.map { $0.outcome.result?.scalar } == ["2", "0", "1", "0", "0"])
    }
  }

  @Test("A refused trial does not stop those behind it, and keeps its own error")
  func refused() throws {
    try Fixture.with { fixture in
      func trial(_ sql: String, _ role: String = "app_user") -> RehearsalStep {
        .trial(
          Trial(
            PipelineStatement(sql), role: role, context: tenant("a"),
            observation: PipelineStatement("SELECT 1")))
      }
      let outcomes = try rehearse(
        fixture,
        [
          trial("INSERT INTO x VALUES ('b', 4)"), trial("SELECT count(*) FROM x"),
          trial("SELECT 1/0"), trial("SELECT 1", "no_such_role"), trial("TABLE x"),
        ])
      #expect(outcomes[0].outcome.error?.isPolicyRefusal == true)
      #expect(outcomes[0].observation == nil)
      #expect(outcomes[1].outcome.result?.scalar == "2")
      #expect(outcomes[2].outcome.error?.sqlState == "22012")
      #expect(outcomes[3].outcome.error?.sqlState == "22023")
      #expect(outcomes[4].outcome.result?.rowCount == 2)
      #expect(outcomes[4].observation?.scalar == "1")
    }
  }

  @Test("A setup is seen by the trials behind it, and a refused one is thrown")
  func setup() throws {
    try Fixture.with { fixture in
      let query = RehearsalStep.trial(
        Trial(
          PipelineStatement("SELECT count(*) FROM x"), role: "app_user", context: tenant("a")))
      let insert = RehearsalStep.setup(PipelineStatement("INSERT INTO x VALUES ('a', 4)"))
      let outcomes = try rehearse(fixture, [query, insert, query])
      #expect(outcomes.map { $0.outcome.result?.scalar } == ["2", "3"])
      let error = #expect(throws: PostgresError.self) {
        try rehearse(
          fixture, [query, .setup(PipelineStatement("INSERT INTO x VALUES ('a', 400)")), query])
      }
      #expect(error?.sqlState == "23514")
      #expect(try fixture.ids() == ["1", "2", "3"])
    }
  }

  @Test("Outside a transaction a rehearsal is refused, since nothing could undo it")
  func needsTransaction() throws {
    try Fixture.with { fixture in
      let error = #expect(throws: PostgresError.self) { try fixture.client.rehearse([]) }
      #expect(error?.code == .invalidRequest)
    }
  }

  @Test("Records of trials carry their tenants")
  func records() throws {
    try Fixture.with { fixture in
      _ = try rehearse(
        fixture,
        ["a", "b"].map {
          .trial(
            Trial(PipelineStatement("DELETE FROM x"), role: "app_user", context: tenant($0)))
        })
      let deletes = fixture.recorder.records.filter { "\($0.kind)" == "delete" }
      #expect(deletes.map(\.tenant) == ["a", "b"])
      #expect(deletes.map(\.rows) == [2, 1])
    }
  }
}
