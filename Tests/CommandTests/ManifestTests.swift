import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Policies from a manifest", .besideOthers, .overBothTransports)
struct ManifestTests {
  @Test("a manifest is applied, tenants are tried before COMMIT, and then nothing is left to do")
  func applies() throws {
    try withHotel { project in
      // Privileges are given that were not there before.
      let refused = try project.run("policies", "apply", "--lock-timeout", "60s")
      #expect(refused.status == 2 && refused.stderr.contains("--allow-loosening"), "\(refused)")
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "0")
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(applied.stdout.contains("tenants tried and kept apart"))
      let plan = try project.run("policies", "plan", "--format", "json")
      #expect(try policyObjects(plan).isEmpty, "\(plan)")
      #expect(try project.run("policies", "check").status == 0)
      // Each mutant is many calls, and a call over HTTP takes its time.
      let mutants = Transport.current == .libpq ? ["--mutate"] : []
      let verified = try project.run(["verify-rls"] + mutants)
      #expect(verified.status == 0, "\(verified)")
    }
  }

  @Test("what was changed by hand is named and mended")
  func drift() throws {
    try withHotel { project in
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 0)
      try project.execute(
        """
        ALTER POLICY tenant_isolation ON guests USING (true);
        ALTER TABLE rooms NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
        CREATE POLICY oops ON payments USING (true);
        GRANT DELETE ON payments TO app_user;
        DROP POLICY member_references_insert ON booking_notes;
        REVOKE SELECT ON amenities FROM app_readonly;
        """)
      let check = try project.run("policies", "check", "--format", "json")
      #expect(check.status == 1)
      #expect(
        try policyObjects(check) == [
          "public.guests": "tightens", "public.rooms": "tightens", "public.tenants": "tightens",
          "public.payments": "tightens", "public.booking_notes": "can't tell",
          "public.amenities": "loosens",
        ], "\(check)")
      let text = try project.run("policies", "check").stdout
      #expect(text.contains("- policy oops FOR ALL TO PUBLIC USING (true)"))
      #expect(text.contains("- revoke DELETE from app_user"))
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test("a policy that lets one tenant reach another is rolled back before COMMIT")
  func leak() throws {
    let hole = """

          policies:
            everybody: {using: "true", to: [app_user]}
      """
    let line = "  booking_notes: {update: [body]}"
    let manifest = hotelManifest.replacing(
      line, with: "  booking_notes:\n    update: [body]\(hole)")
    try withHotel(manifest) { project in
      let refused = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s", "--format", "json")
      #expect(refused.status == 2, "\(refused)")
      let message = try refused.jsonError()["message"] as? String ?? ""
      #expect(message.contains("public.booking_notes") && message.contains("everybody"))
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "0")
      // Whoever insists may.
      let done = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s", "--no-verify")
      #expect(done.status == 0, "\(done)")
      #expect(try project.run("verify-rls").status == 1)
    }
  }

  @Test("views read as whoever asks, and functions of the owner look for names where they should")
  func viewsAndFunctions() throws {
    try withHotel { project in
      try project.execute(
        """
        CREATE VIEW arrivals AS SELECT id, tenant_id FROM bookings;
        GRANT SELECT ON arrivals TO app_user;
        CREATE VIEW report AS SELECT id FROM bookings;
        GRANT SELECT ON report TO app_user;
        CREATE FUNCTION room_count(int) RETURNS bigint LANGUAGE sql SECURITY DEFINER STABLE
          AS $f$ SELECT 1::bigint $f$;
        """)
      try project.write(
        "policies/isolation.yaml",
        hotelManifest + "\nviews: {report: {exempt: made for accounting}}")
      let plan = try project.run("policies", "plan")
      let hasOption = (Int(try project.query("SHOW server_version_num") ?? "") ?? 0) >= 150_000
      #expect(plan.stdout.contains("security_invoker: off") == hasOption, "\(plan)")
      #expect(plan.stdout.contains("search_path: the caller's → pg_catalog, public, pg_temp"))
      #expect(!plan.stdout.contains("public.report"))
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      #expect(
        try project.query("SELECT proconfig::text FROM pg_proc WHERE proname = 'room_count'")
          == #"{"search_path=pg_catalog, public, pg_temp"}"#)
    }
  }

  @Test("a schema that is not public is found by init, and one without tables is no empty success")
  func otherSchema() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE SCHEMA app;
        CREATE TABLE app.rooms (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE INDEX ON app.rooms (tenant_id);
        """)
      #expect(try project.run("policies", "init", "--role", "app_user").status == 0)
      #expect(try project.read("policies/isolation.yaml").contains("schemas: [app]"))
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      #expect(try project.run("verify-rls").status == 0)
      try project.write(
        "policies/isolation.yaml", "schemas: [nowhere]\nroles: {application: [app_user]}")
      let empty = try project.run("policies", "plan")
      #expect(
        empty.status == 2 && empty.stderr.contains("there is no table in nowhere"), "\(empty)")
    }
  }

  @Test("what cannot be proven in the time that others may wait is not done")
  func tooSlow() throws {
    try withHotel { project in
      let late = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "200ms")
      #expect(late.status == 2, "\(late)")
      #expect(late.stderr.contains("the time that others may be kept waiting"), "\(late)")
      #expect(late.stderr.contains("Nothing was changed"))
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "0")
    }
  }

  @Test("a table on which nobody has decided stops apply, unless the manifest is not strict")
  func undecided() throws {
    try withHotel { project in
      try project.execute("CREATE TABLE weather (day date PRIMARY KEY, words text);")
      let plan = try project.run("policies", "plan")
      #expect(plan.stdout.contains("undecided: 1 table"))
      #expect(plan.stdout.contains("public.weather: no tenant_id column"))
      #expect(try project.run("policies", "check").status == 1)
      let refused = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(refused.status == 2 && refused.stderr.contains("public.weather"), "\(refused)")
      try project.write("policies/isolation.yaml", "strict: false\n" + hotelManifest)
      #expect(
        try project.run("policies", "apply", "--allow-loosening", "--lock-timeout", "60s").status
          == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test("what the manifest does to the table of a file's policy is no change by hand")
  func fileOnUnprotectedTable() throws {
    try withProject { project in
      try project.writeShop()
      try project.write(
        "policies/020.sql",
        """
        DROP POLICY IF EXISTS by_number ON rooms;
        CREATE POLICY by_number ON rooms AS RESTRICTIVE TO app_user USING (number <> '');
        """)
      #expect(try project.run("migrate", "up").status == 0)
      let apply = try project.run("policies", "apply", "--allow-loosening", "--no-verify")
      #expect(apply.status == 0, "\(apply)")
      let check = try project.run("policies", "check")
      #expect(check.status == 0, "\(check)")
      try project.execute("ALTER TABLE rooms NO FORCE ROW LEVEL SECURITY;")
      #expect(try project.run("policies", "check").status == 1)
    }
  }

  @Test("policies of SQL files and of a manifest live side by side")
  func sideBySide() throws {
    try withHotel { project in
      try project.write(
        "policies/900_guests.sql",
        """
        DROP POLICY IF EXISTS only_named ON guests;
        CREATE POLICY only_named ON guests AS RESTRICTIVE FOR SELECT TO app_user
          USING (full_name <> '');
        DO $$ BEGIN
          EXECUTE 'DROP POLICY IF EXISTS made_by_block ON rooms';
          EXECUTE 'CREATE POLICY made_by_block ON rooms AS RESTRICTIVE TO app_user USING (true)';
        END $$;
        """)
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.run("policies", "check").status == 0)
      #expect(
        try project.query("SELECT count(*) FROM pg_policy WHERE polname ~ 'only_named|made_by'")
          == "2")
      try project.execute("ALTER POLICY only_named ON guests USING (true);")
      let check = try project.run("policies", "check")
      #expect(check.status == 1)
      #expect(check.stdout.contains("changed by hand  public.guests.only_named"), "\(check)")
      #expect(try project.run("policies", "apply", "--lock-timeout", "60s").status == 0)
      #expect(try project.run("policies", "check").status == 0)
    }
  }

  @Test(
    "a manifest that says what cannot be is refused with file and line",
    arguments: [
      ("tables:\n  nowhere: global\n", 10, "there is no table nowhere"),
      ("tables:\n  guests: {column: organisation}\n", 10, "has no column organisation"),
      ("tables:\n  guests: {parent: bookings}\n", 10, "has no foreign key to public.bookings"),
      ("tables:\n  guests: {exempt: }\n", 10, "tables.guests.exempt is missing"),
      ("tables:\n  guests: {column: tenant_id, global: read-only}\n", 10, "says column and global"),
      ("tables:\n  guests: {colunm: tenant_id}\n", 10, "is not a setting that dbtool knows"),
      (
        "tables:\n  guests:\n    policies:\n      p: {using: \"true) OR (true\"}\n", 12, "is no SQL"
      ),
      ("tables:\n  guests:\n    policies:\n      p: {for: insert, using: x}\n", 12, "only check"),
      (
        "tables:\n  guests:\n    policies:\n      tenant_isolation: {using: \"true\"}\n", 12,
        "makes a policy of that name itself"
      ),
      ("grants: sometimes\n", 9, "grants must be manage or leave"),
      ("version: 2\n", 9, "version must be 1"),
      ("tables:\n  guests: everything\n", 10, "must be root, column or global"),
    ])
  func refused(text: String, line: Int, words: String) throws {
    let head = """
      tenant:
        setting: app.current_tenant_id
        column: tenant_id
      roles:
        application:
          - app_user
        provisioning:
          - app_owner

      """
    try withHotel(head + text) { project in
      let plan = try project.run("policies", "plan", "--format", "json")
      #expect(plan.status == 2)
      let error = try plan.jsonError()
      #expect((error["message"] as? String ?? "").contains(words), "\(error)")
      #expect(error["line"] as? Int == line, "\(error)")
    }
  }

  @Test("names and settings that could break out of SQL are quoted or refused")
  func hostile() throws {
    try withProject { project in
      try project.execute(
        """
        CREATE TABLE public."o'r""g; DROP TABLE x" (id bigint PRIMARY KEY, "ten""ant'" text NOT NULL);
        CREATE TABLE public."Kids $$" (id bigint PRIMARY KEY,
          "up'" bigint NOT NULL REFERENCES public."o'r""g; DROP TABLE x" (id));
        """)
      try project.write(
        "policies/m.yaml",
        """
        tenant: {setting: app.tenant, column: "ten\\"ant'"}
        roles: {application: [app_user]}
        """)
      let applied = try project.run(
        "policies", "apply", "--allow-loosening", "--lock-timeout", "60s")
      #expect(applied.status == 0, "\(applied)")
      #expect(try project.query("SELECT count(*) FROM pg_policy") == "2")
      #expect(try project.run("policies", "check").status == 0)
      try project.write(
        "policies/m.yaml",
        "tenant: {setting: \"app.x', true); DROP TABLE y; --\"}\nroles: {application: [app_user]}")
      let refused = try project.run("policies", "plan")
      #expect(refused.status == 2 && refused.stderr.contains("name of a setting"), "\(refused)")
      try project.write(
        "policies/m.yaml", "tenant: {type: \"int); DROP\"}\nroles: {application: [app_user]}")
      #expect(try project.run("policies", "plan").status == 2)
    }
  }
}
