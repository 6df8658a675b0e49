import Foundation
import TestSupport
import Testing

@Suite("What is no fault of the project's files", .besideOthers)
struct GateTroubleTests {
  @Test(
    "a server in trouble, and other sessions' locks, are not held against a migration",
    arguments: [
      "SELECT pg_terminate_backend(pg_backend_pid());",
      "DO $$ BEGIN RAISE disk_full; END $$;",
      "DO $$ BEGIN RAISE lock_not_available; END $$;",
    ])
  func upTrouble(sql: String) throws {
    try withBareProject { project in
      try project.writeShop()
      try project.migration("3_trouble", sql)
      let gate = try project.run("gate", "--skip", "lint")
      #expect(gate.status == 3, "\(gate)")
      #expect(gate.stdout.contains("up: could not be carried out"), "\(gate)")
      #expect(!gate.stdout.contains("migration-fails"), "\(gate)")
      #expect(sql.contains("lock") || !gate.stdout.contains("correct the file"), "\(gate)")
    }
  }

  @Test("a server in trouble on the way down is no bad down file")
  func downTrouble() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write("migrations/2_rooms.down.sql", "DO $$ BEGIN RAISE disk_full; END $$;")
      let gate = try project.run("gate", "--no-mutate", "--skip", "locks", "--format", "json")
      #expect(gate.status == 3, "\(gate)")
      #expect(try gate.stages().contains("down error"))
      #expect(try gate.findings().isEmpty)
    }
  }

  @Test("a pending policy that changes a view is no drift of the target; a view changed by hand is")
  func viewDrift() throws {
    try withProject { project in
      try project.writeShop()
      try project.migration(
        "3_numbers",
        "CREATE VIEW numbers AS SELECT tenant_id, number FROM rooms; "
          + "GRANT SELECT ON numbers TO app_user;")
      let url = try #require(project.url)
      #expect(try project.run("migrate", "up").status == 0)
      let skipped = ["lint", "verify-rls", "down", "locks", "seed"].flatMap { ["--skip", $0] }
      let arguments = ["gate", "--target", url, "--format", "json"] + skipped
      let pending = try project.run(arguments)
      #expect(pending.status == 0, "\(pending)")
      #expect(try pending.stages().contains("drift passed"))
      try project.execute(
        "CREATE OR REPLACE VIEW numbers AS SELECT tenant_id, number || '!' AS number FROM rooms;")
      let changed = try project.run(arguments)
      #expect(changed.status == 1, "\(changed)")
      #expect(try changed.findings().map { $0["object"] as? String } == ["public.numbers"])
    }
  }

  @Test("a migration that was there and is another one now leaves the change undecided")
  func edited() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.commit()
      let arguments = ["gate", "--changed-since", "main", "--no-mutate", "--skip", "verify-rls"]
      #expect(try project.run(arguments).status == 0)
      let text = try project.read("migrations/2_rooms.up.sql")
      try project.remove("migrations/2_rooms.up.sql")
      try project.migration("2_chambers", text)
      try project.remove("migrations/2_rooms.down.sql")
      try project.write("migrations/2_chambers.down.sql", "DROP TABLE rooms;")
      let renamed = try project.run(arguments + ["--skip", "lint", "--format", "json"])
      #expect(renamed.status == 4, "\(renamed)")
      let found = try renamed.findings().map { $0["rule"] as? String }
      #expect(found == ["migration-edited"], "\(renamed)")
    }
  }

  @Test("a new migration is seen in a folder beside that of the project, too")
  func beside() throws {
    try withBareProject { project in
      try project.writeShop()
      let moved = try project.shell(
        """
        mkdir app && mv dbtool.yaml policies seeds app && mv migrations db \\
        && printf 'migrations: ../db\n' >> app/dbtool.yaml
        """)
      #expect(moved.status == 0, "\(moved)")
      try project.commit()
      try project.write("db/3_new.up.sql", "ALTER TABLE rooms ADD COLUMN nickname text;")
      try project.write("db/3_new.down.sql", "SELECT 1;")
      let gate = try project.run(
        "gate", "--config", "app/dbtool.yaml", "--changed-since", "main", "--no-mutate",
        "--format", "json")
      #expect(gate.status == 1, "\(gate)")
      #expect(try gate.findings().map { $0["rule"] as? String } == ["down-incomplete"], "\(gate)")
    }
  }

  @Test("what git says against a folder is told, and never taken for a project without changes")
  func git() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.commit()
      let configuration = try project.read(".git/config")
      try project.write(".git/config", "[core")
      let refused = try project.run("gate", "--changed-since", "main")
      #expect(refused.status == 2 && refused.stderr.contains("git refuses to read"), "\(refused)")
      #expect(!refused.stderr.contains("no git repository"), "\(refused)")
      try project.write(".git/config", configuration)
      try project.write(".git/index", "no index")
      let broken = try project.run("gate", "--changed-since", "main")
      #expect(broken.status == 2 && broken.stderr.contains("git diff fails"), "\(broken)")
    }
  }

  @Test("an old state that cannot be brought back is an error, and not an empty one")
  func original() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.commit()
      // The contents of the migrations are gone, the list of them is not.
      let lost = try project.shell(
        """
        git ls-tree -r main migrations | awk '{print $3}' | while read id; do
          rm .git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)
        done
        """)
      #expect(lost.status == 0, "\(lost)")
      let gate = try project.run("gate", "--changed-since", "main", "--no-mutate")
      #expect(gate.status == 2 && gate.stdout.contains("git checkout-index fails"), "\(gate)")
    }
  }
}
