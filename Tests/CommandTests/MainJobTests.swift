import TestSupport
import Testing

@Suite("The main job, on the example of this repository", .besideOthers, .overBothTransports)
struct MainJobTests {
  @Test("migrations, policies, seeds and the proof; the second time nothing is left to do")
  func twice() throws {
    try withExample { project in
      let up = try project.run("migrate", "up")
      #expect(up.status == 0 && up.stdout == "migrations: 11 applied\n", "\(up)")
      let policies = try project.run("policies", "apply")
      #expect(policies.status == 0 && policies.stdout.contains("11 files applied"), "\(policies)")
      let seed = try project.run("seed")
      #expect(seed.status == 0 && seed.stdout.contains("267 rows"), "\(seed)")
      let verify = try project.run("verify-rls")
      #expect(verify.status == 0, "\(verify)")
      for row in ["public.bookings", "public.rooms", "public.booking_notes"] {
        #expect(verify.stdout.contains(row))
      }
      #expect(verify.stdout.contains("isolated: no tenant reached another one's rows"))
      #expect(!verify.stdout.contains("LEAK"))
      // What a tenant may not do to its own rows proves nothing about those of others.
      #expect(!verify.stdout.contains("denied"))

      #expect(try project.run("migrate", "up").stdout == "up to date\n")
      #expect(try project.run("policies", "apply").stdout == "policies: nothing to do\n")
      #expect(try project.run("seed").stdout == "seeds: nothing to do\n")
      #expect(try project.run("verify-rls").status == 0)
      #expect(try project.run("migrate", "status", "--check").status == 0)
      #expect(try project.run("migrate", "verify").status == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test("as JSON, standard output holds one object and standard error nothing")
  func json() throws {
    try withExample { project in
      func object(_ arguments: String...) throws -> [String: Any] {
        let outcome = try project.run(arguments + ["--format", "json"])
        #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(arguments): \(outcome)")
        return try outcome.json()
      }
      let plan = try object("migrate", "up", "--dry-run")
      #expect((plan["planned"] as? [Any])?.count == 11)
      let up = try object("migrate", "up")
      #expect((up["done"] as? [Any])?.count == 11)
      let again = try object("migrate", "up")
      #expect((again["planned"] as? [Any])?.isEmpty == true)
      #expect(try object("migrate", "status")["upToDate"] as? Bool == true)
      #expect(try object("migrate", "verify")["good"] as? Bool == true)
      #expect(try object("policies", "apply")["upToDate"] as? Bool == false)
      #expect(try object("policies", "check")["upToDate"] as? Bool == true)
      let seed = try object("seed")
      #expect((seed["steps"] as? [Any])?.count == 19)
      #expect(try object("verify-rls")["verdict"] as? String == "isolated")
    }
  }

  @Test("down to 0 takes everything back, and up applies it anew")
  func downAndUp() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up").status == 0)
      let down = try project.run("migrate", "down", "--to", "0")
      #expect(down.status == 0 && down.stdout.contains("11 taken back"), "\(down)")
      #expect(try project.query("SELECT to_regclass('public.bookings')::text") == nil)
      #expect(try project.run("migrate", "up").status == 0)
    }
  }
}
