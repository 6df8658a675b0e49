import Foundation
import TestSupport
import Testing

@Suite("What is remembered and measured of runs", .besideOthers, .overBothTransports)
struct RunsTests {
  private func runs(_ project: Project, _ arguments: String...) throws -> [[String: Any]] {
    let outcome = try project.run(["runs", "--format", "json"] + arguments)
    return try #require(try outcome.json()["runs"] as? [[String: Any]])
  }

  @Test("each command notes what it did, and how it ended")
  func noted() throws {
    try withExample { project in
      let environment = ["GITHUB_SHA": String(repeating: "ab", count: 20), "GITHUB_ACTOR": "ada"]
      // A check makes nothing that is not there.
      #expect(try project.run("migrate", "status").status == 0)
      #expect(try project.query("SELECT to_regclass('dbtool.runs')") == nil)
      #expect(try project.run("runs").stdout.contains("no runs are recorded here yet"))
      let up = try project.run("migrate", "up", "--format", "json", environment: environment)
      #expect(up.status == 0, "\(up)")
      #expect(try project.run("migrate", "status", "--check").status == 0)
      #expect(try project.run("policies", "apply").status == 0)
      #expect(try project.run("seed").status == 0)
      #expect(try project.run("verify-rls").status == 0)
      try project.migration("20990101000000_bad", "SELECT 1/0")
      #expect(try project.run("migrate", "up").status == 3)
      let all = try runs(project).reversed()
      #expect(
        all.map { $0["command"] as? String } == [
          "migrate up", "migrate status", "policies apply", "seed", "verify-rls", "migrate up",
        ])
      #expect(
        all.map { $0["result"] as? String } == ["good", "good", "good", "good", "good", "failed"])
      let first = try #require(all.first)
      #expect(first["id"] as? String == (try up.json()["runId"] as? String))
      #expect(first["gitCommit"] as? String == environment["GITHUB_SHA"])
      #expect((first["runBy"] as? String)?.hasPrefix("ada@") == true)
      #expect((first["counts"] as? [String: Int])?["migrations"] == 11)
      let verify = all.first { $0["command"] as? String == "verify-rls" }
      #expect(((verify?["counts"] as? [String: Int])?["probes"] ?? 0) > 300)
      let last = try #require(all.last)
      #expect(last["exitCode"] as? Int == 3)
      #expect((last["error"] as? String)?.contains("division by zero") == true)
      // The ledgers name the run that wrote them.
      #expect(
        try project.query(
          """
          SELECT count(DISTINCT r.id) FROM dbtool.runs r WHERE r.id IN (
            SELECT run_id FROM dbtool.migrations UNION SELECT run_id FROM dbtool.policies
            UNION SELECT run_id FROM dbtool.seeds)
          """) == "3")
    }
  }

  @Test("runs are listed by time and command, shown by the beginning of their ids, and forgotten")
  func listed() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint)")
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("migrate", "status").status == 0)
      #expect(try runs(project, "--command", "migrate up").count == 2)
      #expect(try runs(project, "--limit", "1").count == 1)
      _ = try project.query(
        "UPDATE dbtool.runs SET started_at = now() - interval '100 days' WHERE command = 'migrate up'"
      )
      #expect(try runs(project, "--since", "7d").count == 1)
      let text = try project.run("runs")
      #expect(text.stdout.contains("migrate up") && text.stdout.contains("█"), "\(text)")
      #expect(text.stdout.contains("slowest migrations:"), "\(text)")
      let id = try #require(try runs(project)[0]["id"] as? String)
      let shown = try project.run("runs", "show", String(id.prefix(8)))
      #expect(shown.stdout.contains(id) && shown.stdout.contains("migrate status"), "\(shown)")
      let none = try project.run("runs", "show", "zz")
      #expect(none.status == 2 && none.stderr.contains("there is no run \"zz\""), "\(none)")
      #expect(try project.run("runs", "show", "").status == 2)
      #expect(try project.run("runs", "--since", "soon").status == 2)
      // What is older than the setting goes with the next run.
      try project.write("dbtool.yaml", "runs:\n  keep: 90d\n")
      #expect(try project.run("migrate", "status").status == 0)
      #expect(try runs(project, "--command", "migrate up").isEmpty)
      try project.write("dbtool.yaml", "runs:\n  record: false\n")
      #expect(try project.run("migrate", "status").status == 0)
      #expect(try runs(project).count == 2)
      try project.write("dbtool.yaml", "runs:\n  keep: soon\n")
      let wrong = try project.run("migrate", "status")
      #expect(wrong.status == 2 && wrong.stderr.contains("dbtool.yaml:2"), "\(wrong)")
    }
  }

  @Test("a database that takes no record of the run is a warning, and the work counts")
  func readOnly() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint)")
      #expect(try project.run("migrate", "up").status == 0)
      let name = try #require(try project.query("SELECT current_database()"))
      _ = try project.query("ALTER DATABASE \"\(name)\" SET default_transaction_read_only = on")
      // Only sessions that begin now are read-only.
      _ = try project.query(
        """
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)
      let status = try project.run("migrate", "status", "--format", "json")
      #expect(status.status == 0)
      #expect(status.stderr.contains("warning: this run is not recorded"), "\(status)")
      _ = try status.json()
    }
  }

  @Test("the password of the database is in no run and no metric")
  func secrets() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint)")
      #expect(try project.run("migrate", "up", "--metrics", "jsonl").status == 0)
      let row = try #require(try project.query("SELECT r::text FROM dbtool.runs r"))
      let lines = try project.read(".dbtool/metrics.jsonl")
      let url = try #require(project.url)
      let password = url.split(separator: ":").dropFirst(2).first?.split(separator: "@").first
      for text in [row, lines] {
        #expect(!text.contains("://") && !text.contains("password"))
        if let password, password.count > 6 { #expect(!text.contains(password)) }
      }
    }
  }

  @Test("metrics of a run go where they are asked to go")
  func metrics() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up", "--metrics", "prometheus").status == 0)
      let text = try project.read(".dbtool/metrics.prom")
      #expect(text.contains(#"database_operations_total{operation="ddl",status="OK"}"#))
      #expect(text.contains(#"database_run_duration_seconds{command="migrate up",result="good"}"#))
      #expect(text.contains(#"database_tenant_operations_total{tenant="exempt"}"#))
      let verify = try project.run("policies", "apply", "--metrics", "emf")
      #expect(verify.status == 0 && verify.stdout.contains(#"{"_aws":{"Timestamp":"#))
      // A document stays one.
      let json = try project.run("policies", "check", "--metrics", "emf", "--format", "json")
      _ = try json.json()
      #expect(json.stderr.contains(#""Namespace":"HospitalityAI""#))
      try project.write(
        "dbtool.yaml",
        """
        metrics:
          exporter: emf
          namespace: Mine
          layout: full
          file: events.json
        """)
      #expect(try project.run("migrate", "status").status == 0)
      #expect(try project.read("events.json").contains(#"[["TenantId","Operation","StatusCode"]]"#))
      for (line, said) in [
        ("layout: flat", "must be one of split, full"), ("max-tenants: many", "must be a number"),
        ("exporter: statsd", "must be one of"), ("colour: red", "not a setting"),
      ] {
        try project.write("dbtool.yaml", "metrics:\n  \(line)\n")
        let wrong = try project.run("migrate", "status")
        #expect(wrong.status == 2 && wrong.stderr.contains(said), "\(wrong)")
      }
    }
  }

  @Test("a CloudWatch that is not there costs two seconds at most, and changes no result")
  func noCloudWatch() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint)")
      try project.write(
        "dbtool.yaml", "metrics:\n  exporter: cloudwatch\n  endpoint: \"http://127.0.0.1:9\"\n")
      let environment = [
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hunter2",
      ]
      let start = ContinuousClock.now
      let up = try project.run("migrate", "up", environment: environment)
      #expect(up.status == 0 && !up.text.contains("hunter2"), "\(up)")
      #expect(ContinuousClock.now - start < .seconds(12))
      try project.write(
        "dbtool.yaml", "metrics:\n  exporter: cloudwatch\n  namespace: AWS/RDS\n")
      let refused = try project.run("migrate", "status", environment: environment)
      #expect(refused.status == 2 && refused.stderr.contains("AWS/RDS"), "\(refused)")
    }
  }

  @Test("the trace of the pipeline that runs dbtool is in the comments of its statements")
  func trace() throws {
    try withProject { project in
      try project.migration(
        "1_a", "CREATE TABLE public.a AS SELECT current_query() AS q")
      let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      let up = try project.run("migrate", "up", environment: ["TRACEPARENT": parent])
      #expect(up.status == 0, "\(up)")
      let query = try #require(try project.query("SELECT q FROM public.a"))
      if Transport.current == .libpq {
        #expect(query.hasSuffix("/*application='dbtool',traceparent='\(parent)'*/"), "\(query)")
      }
      #expect(
        try project.run("migrate", "status", environment: ["TRACEPARENT": "nonsense"]).status == 0)
    }
  }
}

@Suite("The cost of metrics", .besideOthers)
struct MetricsCostTests {
  @Test("is computed for both layouts, with prices that can be edited")
  func cost() throws {
    try withBareProject { project in
      let text = try project.run("metrics", "cost", "--tenants", "100")
      #expect(text.status == 0 && text.stdout.contains("30.00"), "\(text)")
      let json = try project.run("metrics", "cost", "--tenants", "100", "--format", "json").json()
      let layouts = try #require(json["layouts"] as? [[String: Any]])
      #expect(layouts.map { $0["layout"] as? String } == ["split", "full"])
      #expect(layouts.map { $0["metrics"] as? Int } == [139, 7_203])
      let prices = try project.run("metrics", "prices")
      try project.write(
        "prices.yaml", prices.stdout.split(separator: "0.30").joined(separator: "3.00"))
      let dear = try project.run(
        "metrics", "cost", "--tenants", "100", "--layout", "split", "--prices", "prices.yaml")
      #expect(dear.stdout.contains("300.00"), "\(dear)")
      for (broken, said) in [
        ("date: 2026-13-01\n", "date must be a day"), ("", "is empty"),
        ("metrics: 5\n", "date is missing"),
        (prices.stdout.split(separator: "- price: 0.02").joined(), "last price"),
        (prices.stdout.split(separator: "0.05").joined(separator: "-1"), "a price in dollars"),
      ] {
        try project.write("broken.yaml", broken)
        let wrong = try project.run(
          "metrics", "cost", "--tenants", "1", "--prices", "broken.yaml")
        #expect(wrong.status == 2 && wrong.stderr.contains(said), "\(wrong)")
      }
      #expect(try project.run("metrics", "cost", "--tenants", "0").status == 2)
      #expect(try project.run("metrics", "cost", "--tenants", "5", "--layout", "x").status == 2)
    }
  }
}
