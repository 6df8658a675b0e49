import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What reaches out of the database is tried one by one in `ContainedServerTests`; here it is that the
/// gate runs nothing of the project elsewhere.
@Suite("The gate contains the project's SQL", .besideOthers)
struct GateContainmentTests {
  /// Raises where the session is a superuser's.
  private static let check = """
    DO $$ BEGIN
      IF current_setting('is_superuser') = 'on' THEN RAISE 'a superuser runs this'; END IF;
    END $$;
    """

  @Test("no file of the project is run by a superuser, unless that is asked for")
  func everyFile() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.migration("3_check", Self.check + "CREATE TYPE note AS (x int);")
      try project.write("migrations/3_check.down.sql", Self.check + "DROP TYPE note;")
      try project.write(
        "migrations/3_check.verify.sql", "SELECT current_setting('is_superuser') = 'off';")
      try project.write("policies/100_check.sql", Self.check)
      try project.write("seeds/030_check.sql", "-- dbtool: as-admin\n\(Self.check)")
      let arguments = ["gate", "--skip", "lint", "--no-mutate", "--format", "json"]
      let gate = try project.run(arguments)
      #expect(gate.status == 0, "\(gate)")
      let stages = ["up", "policies", "seed", "verify-rls", "locks", "down"]
      #expect(try gate.stages() == stages.map { "\($0) passed" })
      let free = try project.run(arguments + ["--superuser"])
      #expect(free.status == 1 && free.stdout.contains("a superuser runs this"), "\(free)")
    }
  }

  @Test("what the target is compared with is not built by a superuser")
  func target() throws {
    try withProject { project in
      try project.writeShop()
      #expect(try project.run("migrate", "up").status == 0)
      let url = try #require(project.url)
      // Known to the ledger, and another thing where a superuser runs it.
      try project.migration(
        "3_check",
        """
        DO $$ BEGIN
          IF current_setting('is_superuser') = 'on' THEN CREATE TABLE made_by_a_superuser (x int); END IF;
        END $$
        """)
      #expect(try project.run("migrate", "up").status == 0)
      let skipped = ["lint", "verify-rls", "down", "locks", "seed", "policies"].flatMap {
        ["--skip", $0]
      }
      let gate = try project.run(["gate", "--target", url, "--format", "json"] + skipped)
      let found = try gate.findings().map { $0["object"] as? String }
      #expect(found.contains("public.made_by_a_superuser"), "\(gate)")
    }
  }

  @Test("nothing that is left in the schema reaches out when the gate touches it")
  func sneaky() throws {
    try withBareProject { project in
      let folder = "\(project.directory)/outside"
      try project.write("outside/.keep", "")
      for (path, mode) in [(project.directory, 0o711), (folder, 0o777)] {
        chmod(path, mode_t(mode))
      }
      try project.writeShop()
      try project.migration("3_sneaky", Self.sneaky(folder))
      try project.write("policies/100_sneaky.sql", Self.sneakyPolicy)
      let arguments = ["gate", "--skip", "lint", "--skip", "down", "--no-mutate"]
      let gate = try project.run(arguments)
      #expect(gate.stdout.contains("verify-rls"), "\(gate)")
      #expect(try names(in: folder) == [".keep"], "\(gate)")
      // The same does reach out where it may.
      let free = try project.run(arguments + ["--superuser"])
      let reached = try names(in: folder).sorted()
      #expect(reached == [".keep", "check", "default", "policy", "trigger", "view"], "\(free)")
    }
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder)
  }

  /// A function that tries all that it knows of, and says nothing of it, in every place that the gate
  /// touches.
  private static func sneaky(_ folder: String) -> String {
    """
    CREATE FUNCTION reach(place text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $f$
    DECLARE way text;
    BEGIN
      -- The gate's own trials call it with anything.
      IF place NOT IN ('check', 'default', 'policy', 'trigger', 'view') THEN RETURN true; END IF;
      FOREACH way IN ARRAY ARRAY[
        'GRANT pg_execute_server_program TO postgres',
        'SET ROLE dbtool_superuser',
        'SELECT set_config(''role'', ''dbtool_superuser'', true)',
        'ALTER ROLE postgres SUPERUSER',
        format('COPY (SELECT 1) TO %L', '\(folder)/' || place),
        format('COPY (SELECT 1) TO PROGRAM %L', 'touch \(folder)/' || place),
        format('SELECT lo_export(lo_from_bytea(0, ''x''), %L)', '\(folder)/' || place)]
      LOOP
        BEGIN EXECUTE way; EXCEPTION WHEN OTHERS THEN NULL; END;
      END LOOP;
      RETURN true;
    END $f$;
    GRANT EXECUTE ON FUNCTION reach TO app_user;
    CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS
      $f$ BEGIN PERFORM reach('trigger'); RETURN NEW; END $f$;
    CREATE TRIGGER sneaky BEFORE INSERT ON rooms FOR EACH ROW EXECUTE FUNCTION on_row();
    ALTER TABLE rooms ADD COLUMN nice boolean DEFAULT reach('default'),
      ADD CONSTRAINT sneaky CHECK (reach('check'));
    CREATE VIEW numbers AS SELECT number FROM rooms WHERE reach('view');
    GRANT SELECT ON numbers TO app_user;
    """
  }

  private static let sneakyPolicy = """
    CREATE POLICY sneaky ON rooms AS RESTRICTIVE TO app_user USING (reach('policy'));
    """

  @Test(
    "a migration that needs a superuser fails, and hears what to do",
    arguments: [
      ("COPY (SELECT 1) TO PROGRAM 'true';", "--superuser"),
      ("SELECT pg_read_file('/etc/passwd');", "--superuser"),
      ("SELECT lo_import('/etc/passwd');", "--superuser"),
      ("-- dbtool: no-transaction\nALTER SYSTEM SET work_mem = '1MB';", "--superuser"),
      ("LOAD '/tmp/x.so';", "--superuser"),
      ("SET SESSION AUTHORIZATION dbtool_superuser;", "--superuser"),
      ("ALTER ROLE postgres SUPERUSER;", "--superuser"),
      ("CREATE FUNCTION f() RETURNS int LEAKPROOF LANGUAGE sql AS 'SELECT 1';", "--superuser"),
      ("CREATE EXTENSION pageinspect;", "gate: {extensions: [pageinspect]}"),
      ("CREATE EXTENSION dblink;", "it connects to other servers"),
      ("CREATE ROLE owner_of_all; SET ROLE owner_of_all;", "GRANT the role TO CURRENT_USER"),
      ("ALTER ROLE app_user BYPASSRLS;", "before PostgreSQL 16"),
    ])
  func remedies(sql: String, words: String) throws {
    try withBareProject { project in
      try project.writeShop()
      try project.migration("3_more", sql)
      let gate = try project.run("gate", "--skip", "lint", "--format", "json")
      #expect(gate.status == 1, "\(gate)")
      let finding = try #require(try gate.findings().first)
      #expect(finding["rule"] as? String == "migration-fails")
      #expect((finding["message"] as? String)?.contains("42501") == true, "\(finding)")
      #expect((finding["fix"] as? String)?.contains(words) == true, "\(finding)")
    }
  }

  @Test("a down file that needs a superuser hears what to do")
  func downRemedy() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write("migrations/2_rooms.down.sql", "SELECT pg_reload_conf();")
      let gate = try project.run(
        "gate", "--skip", "lint", "--skip", "verify-rls", "--format", "json")
      let finding = try #require(try gate.findings().first)
      #expect(finding["rule"] as? String == "down-fails")
      #expect((finding["fix"] as? String)?.contains("--superuser") == true, "\(finding)")
    }
  }

  @Test("what a privilege refuses that a superuser would not help with is advised as before")
  func otherRefusals() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.migration(
        "3_more", "GRANT app_user TO CURRENT_USER; SET ROLE app_user; SELECT FROM rooms;")
      let gate = try project.run("gate", "--skip", "lint", "--format", "json")
      let finding = try #require(try gate.findings().first)
      #expect((finding["fix"] as? String)?.contains("correct the file") == true, "\(finding)")
    }
  }

  @Test("extensions are made where dbtool.yaml or an option names them, if they stay inside")
  func extensions() throws {
    try withBareProject { project in
      try project.writeShop()
      let configuration = try project.read("dbtool.yaml")
      try project.migration("3_more", "CREATE EXTENSION IF NOT EXISTS pageinspect;")
      let arguments = ["gate", "--skip", "lint", "--skip", "verify-rls"]
      #expect(try project.run(arguments).status == 1)
      let asked = try project.run(arguments + ["--extension", "pageinspect"])
      #expect(asked.status == 0, "\(asked)")
      try project.write("dbtool.yaml", configuration + "gate: {extensions: [pageinspect]}\n")
      let written = try project.run(arguments)
      #expect(written.status == 0, "\(written)")

      let refused = try project.run(arguments + ["--extension", "dblink"])
      #expect(refused.status == 2 && refused.stderr.contains("connects to other servers"))
      try project.write("dbtool.yaml", configuration + "gate: {extensions: [file_fdw]}\n")
      let line = configuration.split(separator: "\n").count + 1
      let hostile = try project.run(arguments)
      #expect(hostile.status == 2, "\(hostile)")
      #expect(hostile.stderr.contains("dbtool.yaml:\(line): gate.extensions"), "\(hostile)")
      try project.write("dbtool.yaml", configuration + "gate: {extensions: [no_such_thing]}\n")
      let missing = try project.run(arguments)
      #expect(missing.status == 2 && missing.text.contains("no_such_thing"), "\(missing)")
    }
  }

  @Test("dbtool.yaml has no file written by its metrics, which come where an option asks for them")
  func metrics() throws {
    try withBareProject { project in
      try project.writeShop()
      let outside = "\(project.directory)/outside.jsonl"
      try project.write(
        "dbtool.yaml",
        try project.read("dbtool.yaml") + "metrics: {exporter: jsonl, file: \(outside)}\n")
      let arguments = ["gate", "--skip", "lint", "--skip", "verify-rls", "--skip", "down"]
      #expect(try project.run(arguments).status == 0)
      #expect(!project.exists("outside.jsonl") && !project.exists(".dbtool/metrics.jsonl"))
      #expect(try project.run(arguments + ["--metrics", "jsonl"]).status == 0)
      #expect(!project.exists("outside.jsonl") && project.exists(".dbtool/metrics.jsonl"))
    }
  }

  @Test("superuser rights are given on the command line alone")
  func commandLineOnly() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write(
        "dbtool.yaml", try project.read("dbtool.yaml") + "gate: {superuser: true}\n")
      let gate = try project.run("gate")
      #expect(gate.status == 2 && gate.stderr.contains("gate.superuser"), "\(gate)")
      let both = try project.run("gate", "--superuser", "--extension", "citext")
      #expect(both.status == 2, "\(both)")
    }
  }
}
