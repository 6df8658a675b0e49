import Foundation
import TestSupport
import Testing

@Suite("The gate", .besideOthers)
struct GateTests {
  /// Something wrong with a project, and what the gate says of it.
  struct Fault: CustomTestStringConvertible, Sendable {
    var rule: String
    var stage: String
    var place: String
    var file: String
    var text: String

    var testDescription: String { rule }
  }

  private static let faults = [
    Fault(
      rule: "drop-table", stage: "lint failed", place: "migrations/3_x.up.sql:1",
      file: "migrations/3_x.up.sql", text: "DROP TABLE rooms;"),
    Fault(
      rule: "migration-fails", stage: "up failed", place: "migrations/3_x.up.sql:2",
      file: "migrations/3_x.up.sql", text: "SELECT 1;\nSELECT 1 / 0;"),
    Fault(
      rule: "migration-unverified", stage: "up failed", place: "migrations/2_rooms.verify.sql:1",
      file: "migrations/2_rooms.verify.sql", text: "SELECT count(*) > 0 FROM rooms;"),
    Fault(
      rule: "down-incomplete", stage: "down failed", place: "migrations/2_rooms.down.sql:1",
      file: "migrations/2_rooms.down.sql", text: "SELECT 1;"),
    Fault(
      rule: "down-fails", stage: "down failed", place: "migrations/2_rooms.down.sql:1",
      file: "migrations/2_rooms.down.sql", text: "DROP TABLE romos;"),
    Fault(
      rule: "policies-fail", stage: "policies failed", place: "policies/020.sql:1",
      file: "policies/020.sql", text: "GRANT SELECT ON romos TO app_user;"),
    Fault(
      rule: "seed-fails", stage: "seed failed", place: "seeds/020_rooms.csv:2",
      file: "seeds/020_rooms.csv", text: "tenant_id,id,number\n${tenant_id},one,101\n"),
    Fault(
      rule: "using-true", stage: "verify-rls failed", place: "policies/020.sql:1",
      file: "policies/020.sql",
      text: "CREATE POLICY open ON rooms FOR SELECT TO app_user USING (true);"),
  ]

  @Test("a good project passes: each stage, in text and in JSON, and nothing is left running")
  func passes() throws {
    try withBareProject { project in
      try project.writeShop()
      let gate = try project.run("gate", "--format", "json", "--report", "html=gate.html")
      #expect(gate.status == 0, "\(gate)")
      #expect(
        try gate.stages() == [
          "lint passed", "up passed", "policies passed", "seed passed", "verify-rls passed",
          "locks passed", "down passed",
        ])
      #expect(try gate.json()["verdict"] as? String == "passed")
      #expect(gate.stderr.isEmpty)
      let isolation = try #require(try gate.json()["isolation"] as? [String: Any])
      let mutants = try #require(isolation["mutants"] as? [String: Any])
      #expect((mutants["made"] as? Int ?? 0) > 0)
      #expect(try project.read("gate.html").contains("public.rooms"))
      let text = try project.run("gate", "--no-mutate")
      #expect(text.status == 0 && text.stdout.contains("\npassed in "), "\(text)")
      #expect(text.stderr.contains("verify-rls passed"), "\(text)")
    }
  }

  @Test("what is wrong fails the gate, and is told with file and line", arguments: faults)
  func fails(fault: Fault) throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write(fault.file, fault.text)
      // Servers that this fault does not need only take time.
      let skipped =
        fault.stage.hasPrefix("down") ? ["locks", "verify-rls", "seed"] : ["locks", "down"]
      let gate = try project.run(
        ["gate", "--no-mutate", "--format", "json"] + skipped.flatMap { ["--skip", $0] })
      #expect(gate.status == 1, "\(gate)")
      #expect(try gate.stages().contains(fault.stage))
      let found = try gate.findings().filter { $0["rule"] as? String == fault.rule }
      let location = try #require(found.first?["location"] as? [String: Any], "\(gate)")
      #expect("\(location["file"] ?? ""):\(location["line"] ?? "")" == fault.place)
    }
  }

  @Test("only what is new is judged, and what it does to isolation and locks is told")
  func changedSince() throws {
    try withBareProject { project in
      try project.writeShop()
      // An old sin, which nobody is asked about.
      try project.migration("3_old", "CREATE INDEX rooms_number ON rooms (number);")
      try project.commit()
      try project.migration("4_nickname", "ALTER TABLE rooms ADD COLUMN nickname text;")
      try project.write("migrations/4_nickname.down.sql", "ALTER TABLE rooms DROP COLUMN nickname;")
      try project.write(
        "policies/020.sql", "CREATE POLICY open ON rooms FOR SELECT TO app_user USING (true);")
      let arguments = ["gate", "--changed-since", "main", "--no-mutate", "--skip", "verify-rls"]
      let gate = try project.run(arguments + ["--skip", "lint", "--format", "json"])
      let counting = try gate.findings().map { $0["message"] as? String }
      #expect(gate.status == 0, "\(counting)")
      let change = try #require(try gate.json()["change"] as? [String: Any])
      #expect(
        change["files"] as? [String] == [
          "migrations/4_nickname.down.sql", "migrations/4_nickname.up.sql", "policies/020.sql",
        ])
      let effects = try #require(change["effects"] as? [[String: Any]])
      #expect(effects.count == 1 && effects[0]["object"] as? String == "public.rooms")
      #expect(effects[0]["effect"] as? String == "loosens", "\(effects)")
      let migrations = try #require(try gate.json()["migrations"] as? [[String: Any]])
      let new = try #require(migrations.first { $0["isNew"] as? Bool == true })
      let locks = try #require(new["locks"] as? [[String: Any]])
      #expect(locks[0]["mode"] as? String == "ACCESS EXCLUSIVE", "\(locks)")
      #expect(new["down"] as? String == "good")
      let strict = try project.run(arguments + ["--strict", "--skip", "lint"])
      #expect(strict.status == 1 && strict.stdout.contains("loosens-isolation"), "\(strict)")
      // The policy is taken back: nothing is left that concerns isolation.
      try project.remove("policies/020.sql")
      let calm = try project.run(arguments)
      #expect(calm.status == 0, "\(calm)")
      #expect(calm.stdout.contains("does to isolation:\n  nothing"), "\(calm)")
      // The old one is an error where it is asked about.
      #expect(try project.run("lint").status == 1)
    }
  }

  @Test("a branch that git does not know is refused before anything is done")
  func unknownBranch() throws {
    try withBareProject { project in
      try project.writeShop()
      let outside = try project.run("gate", "--changed-since", "main")
      #expect(outside.status == 2 && outside.stderr.contains("no git repository"), "\(outside)")
      try project.commit()
      for name in ["origin/none", "--output=x"] {
        let unknown = try project.run("gate", "--changed-since=\(name)")
        #expect(unknown.status == 2 && unknown.stderr.contains("fetch it first"), "\(unknown)")
      }
      #expect(!project.exists("x"))
    }
  }

  @Test("with a baseline only new findings fail, and reasons that people wrote stay")
  func baseline() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write("migrations/2_rooms.down.sql", "SELECT 1;")
      let arguments = ["gate", "--no-mutate", "--skip", "seed", "--skip", "locks"]
      let write = try project.run(arguments + ["--write-baseline"])
      #expect(write.status == 0 && write.stdout.contains("1 by the baseline"), "\(write)")
      let file = try project.read("dbtool-baseline.json")
      #expect(file.contains("down-incomplete"))
      try project.write(
        "dbtool-baseline.json",
        file.replacing("\"rule\"", with: "\"reason\" : \"nobody goes back\",\n      \"rule\""))
      let known = try project.run(arguments + ["--format", "json"])
      #expect(known.status == 0, "\(known)")
      let accepted = try known.findings(all: true).compactMap { $0["accepted"] as? [String: Any] }
      #expect(accepted.map { $0["reason"] as? String } == ["nobody goes back"])
      // A new one beside it.
      try project.write(
        "policies/020.sql", "CREATE POLICY open ON rooms FOR SELECT TO app_user USING (true);")
      let new = try project.run(arguments)
      #expect(new.status == 1 && new.stdout.contains("[using-true]"), "\(new)")
      #expect(!new.stdout.contains("[down-incomplete]"), "\(new)")
      try project.remove("policies/020.sql")
      try project.writeShop()
      let mended = try project.run(arguments)
      #expect(mended.status == 0 && mended.stderr.contains("not found any more"), "\(mended)")
      let again = try project.run(arguments + ["--write-baseline"])
      #expect(again.status == 0)
      #expect(try !project.read("dbtool-baseline.json").contains("down-incomplete"))
      for text in ["{", "{\"schema\": \"dbtool.baseline/9\", \"findings\": []}"] {
        try project.write("dbtool-baseline.json", text)
        let broken = try project.run(arguments)
        #expect(broken.status == 2 && broken.stderr.contains("--write-baseline"), "\(broken)")
        // What is advised works.
        #expect(broken.stderr.contains("remove it"), "\(broken)")
        try project.remove("dbtool-baseline.json")
        #expect(try project.run(arguments + ["--write-baseline"]).status == 0)
      }
      let missing = try project.run("gate", "--baseline", "none.json")
      #expect(missing.status == 2, "\(missing)")
    }
  }

  @Test(
    "a target is compared and left as it is: drift fails, what is pending is listed",
    .overBothTransports)
  func target() throws {
    try withProject { project in
      try project.writeShop()
      let url = try #require(project.url)
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply", "--allow-loosening").status == 0)
      let arguments =
        ["gate", "--no-mutate"] + ["verify-rls", "down", "locks"].flatMap { ["--skip", $0] }
      let same = try project.run(arguments + ["--target", url, "--format", "json"])
      #expect(same.status == 0, "\(same)")
      #expect(try same.stages().suffix(2) == ["drift passed", "pending passed"])
      try project.migration("4_nickname", "ALTER TABLE rooms ADD COLUMN nickname text;")
      try project.execute("ALTER TABLE rooms ADD COLUMN by_hand text;")
      let before = try Remains(of: project)
      let drifted = try project.run(arguments + ["--target", url, "--format", "json"])
      #expect(drifted.status == 1, "\(drifted)")
      let found = try drifted.findings()
      #expect(found.map { $0["rule"] as? String } == ["drift"], "\(drifted)")
      #expect((found.first?["fix"] as? String)?.contains("DROP COLUMN by_hand") == true)
      let migrations = try #require(try drifted.json()["migrations"] as? [[String: Any]])
      #expect(migrations.map { $0["isPending"] as? Bool } == [false, false, true])
      let runs = try #require(try drifted.json()["runs"] as? [[String: Any]])
      #expect(runs.contains { $0["command"] as? String == "migrate up" })
      #expect(try Remains(of: project).dump == before.dump)
      // A session is seen for a moment after its end; the Data API keeps its sessions for a while.
      let isSilent =
        try Transport.current == .dataAPI
        || eventually {
          try Remains(of: project).activity == before.activity
        }
      #expect(isSilent)
      // An applied file that was edited, and what it says.
      try project.migration("2_rooms", "CREATE TABLE rooms (tenant_id uuid, id bigint);")
      let edited = try project.run(arguments + ["--target", url, "--skip", "drift"])
      #expect(edited.status == 1 && edited.stdout.contains("target-ledger"), "\(edited)")
    }
  }

  @Test("a target that cannot be reached is an error of its own, and does not hide what was found")
  func unreachable() throws {
    try withBareProject { project in
      try project.writeShop()
      let arguments = [
        "gate", "--no-mutate", "--skip", "verify-rls", "--skip", "locks", "--target", "live",
        "--format", "json",
      ]
      let gone = try project.run(arguments)
      #expect(gone.status == 3, "\(gone)")
      #expect(try gone.json()["verdict"] as? String == "error")
      #expect(try gone.stages().suffix(2) == ["drift error", "pending error"])
      try project.write("migrations/2_rooms.down.sql", "SELECT 1;")
      #expect(try project.run(arguments).status == 1)
    }
  }

  @Test(
    "a copy of a database is migrated and verified, and keeps its rows; a protected one is refused",
    .overBothTransports)
  func copy() throws {
    try withProject { project in
      try project.writeShop()
      let url = try #require(project.url)
      let gate = try project.run("gate", "--url", url, "--no-mutate", "--format", "json")
      #expect(gate.status == 0, "\(gate)")
      #expect(try gate.stages().contains("seed skipped"))
      #expect(try project.query("SELECT count(*) FROM dbtool.migrations") == "2")
      #expect(try project.query("SELECT count(*) FROM rooms") == "0")
      let protected = try project.run("gate", "--env", "live")
      #expect(protected.status == 2 && protected.stderr.contains("protected"), "\(protected)")
    }
  }

  @Test("DATABASE_URL is nothing that the gate would change")
  func environment() throws {
    try withProject { project in
      try project.writeShop()
      let gate = try project.run("gate", "--no-mutate", "--skip", "down", "--skip", "locks")
      #expect(gate.status == 0, "\(gate)")
      #expect(try project.query("SELECT to_regclass('public.rooms')::text") == nil)
    }
  }

  @Test("what cannot be meant is refused before anything is done")
  func usage() throws {
    try withBareProject { project in
      let empty = try project.run("gate")
      #expect(empty.status == 2 && empty.stderr.contains("dbtool init"), "\(empty)")
      try project.writeShop()
      let target = try project.run("gate", "--target", "nowhere")
      #expect(target.status == 2 && target.stderr.contains("it has: live"), "\(target)")
      #expect(try project.run("gate", "--skip", "everything").status == 2)
      let stages = ["lint", "up", "down", "locks", "policies", "seed", "verify-rls"]
      let nothing = try project.run(["gate"] + stages.flatMap { ["--skip", $0] })
      #expect(nothing.status == 2 && nothing.stderr.contains("every stage"), "\(nothing)")
      let stream = try project.run("gate", "--report", "json=-")
      #expect(stream.status == 2 && stream.stderr.contains("--format json"), "\(stream)")
      #expect(!project.exists("-"))
      for twice in [["--report", "html=a"], ["--output", "./a"]] {
        let outcome = try project.run(["gate", "--report", "json=a"] + twice)
        #expect(outcome.status == 2 && outcome.stderr.contains("written twice"), "\(outcome)")
        #expect(!project.exists("a"))
      }
      try project.write("dbtool.yaml", "")
      try project.remove("policies/isolation.yaml")
      let roles = try project.run("gate", "--skip", "down", "--skip", "locks", "--skip", "lint")
      #expect(roles.status == 2 && roles.stdout.contains("tenancy: {roles:"), "\(roles)")
    }
  }

  @Test("SIGTERM ends it with 130, and its servers go")
  func interrupted() throws {
    try withExample { project in
      let run = try project.start(["gate"])
      #expect(eventually(within: 40) { run.stderr.contains("seed       passed") })
      run.send(SIGTERM)
      let outcome = try run.wait()
      #expect(outcome.status == 130, "\(outcome)")
      #expect(!outcome.stdout.contains("passed in"))
    }
  }
}
