import TestSupport
import Testing

@Suite("Schema commands and the check of down files", .besideOthers, .overBothTransports)
struct SchemaCommandTests {
  @Test("a database that is what the migrations build has no difference, and drift ends with 1")
  func diff() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint PRIMARY KEY, b text)")
      #expect(try project.run("migrate", "up").status == 0)
      let equal = try project.run("schema", "diff")
      #expect(equal.status == 0, "\(equal)")
      // What is pending is no drift.
      try project.migration("2_b", "CREATE TABLE public.b (id bigint)")
      #expect(try project.run("schema", "diff").status == 0)
      _ = try project.query("ALTER TABLE public.a DROP COLUMN b, ADD COLUMN c integer")
      let drift = try project.run("schema", "diff")
      #expect(drift.status == 1)
      #expect(drift.stdout.contains("ALTER TABLE public.a DROP COLUMN c;"), "\(drift)")
      #expect(drift.stdout.contains("ALTER TABLE public.a ADD COLUMN b text;"), "\(drift)")
    }
  }

  @Test("the ledger of the tool that was there before is no drift, and stays")
  func adopted() throws {
    try withProject { project in
      for sql in [
        "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint, is_applied boolean)",
        "INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true)",
        "CREATE TABLE public.a (id bigint)",
      ] { _ = try project.query(sql) }
      try project.write("migrations/1_a.sql", "-- +goose Up\nCREATE TABLE public.a (id bigint);\n")
      try project.write("dbtool.yaml", "layout: goose\n")
      let adopted = try project.run("migrate", "adopt", "--yes")
      #expect(adopted.status == 0 && adopted.stdout.contains("record  1_a"), "\(adopted)")
      let diff = try project.run("schema", "diff")
      #expect(diff.status == 0, "\(diff)")
      #expect(try project.run("migrate", "status", "--check").status == 0)
      #expect(try project.query("SELECT count(*) FROM goose_db_version") == "2")
      #expect(try project.run("migrate", "adopt", "--yes").status == 2)
    }
  }

  @Test("the dump of the files is that of the database they built, byte by byte")
  func dump() throws {
    try withProject { project in
      try project.migration(
        "1_a",
        """
        CREATE TABLE public.a (id bigint PRIMARY KEY, b text DEFAULT 'x;y');
        CREATE VIEW public.v AS SELECT b FROM public.a;
        COMMENT ON VIEW public.v IS 'two
        lines';
        """)
      #expect(try project.run("migrate", "up").status == 0)
      let live = try project.run("schema", "dump")
      #expect(live.status == 0 && live.stdout.contains("DEFAULT 'x;y'::text"), "\(live)")
      #expect(try project.run("schema", "dump", "--migrations", "-q").stdout == live.stdout)
    }
  }

  @Test(
    "a down file that forgets something is named with the SQL it lacks, and the others are checked")
  func checkDown() throws {
    try withBareProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint PRIMARY KEY)")
      try project.write("migrations/1_a.down.sql", "DROP TABLE public.a")
      try project.migration(
        "2_b", "CREATE TABLE public.b (id bigint); CREATE INDEX a_idx ON public.a (id, (id + 1));")
      try project.write("migrations/2_b.down.sql", "DROP TABLE public.b")
      try project.migration("3_c", "CREATE TABLE public.c (b bigint)")
      try project.write("migrations/3_c.down.sql", "DROP TABLE public.never")
      try project.migration("4_d", "ALTER TABLE public.b ADD COLUMN d text")
      let outcome = try project.run("migrate", "up", "--check-down")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.stdout.contains("2_b"))
      #expect(outcome.stdout.contains("DROP INDEX public.a_idx;"), "\(outcome)")
      #expect(outcome.stdout.contains("42P01"), "\(outcome)")
      #expect(outcome.stdout.contains("1 migration can be taken back"), "\(outcome)")
      #expect(outcome.stdout.contains("without a down file: 4_d"), "\(outcome)")
      try project.write("migrations/2_b.down.sql", "DROP INDEX public.a_idx; DROP TABLE public.b")
      try project.write("migrations/3_c.down.sql", "DROP TABLE public.c")
      #expect(try project.run("migrate", "up", "--check-down").status == 0)
    }
  }

  @Test("roles that migrations create do not stand in the way of the check after a bad down file")
  func checkDownWithRoles() throws {
    try withBareProject { project in
      try project.migration(
        "1_a",
        "CREATE ROLE check_app; CREATE TABLE public.a (id bigint); GRANT SELECT ON public.a TO check_app"
      )
      try project.write("migrations/1_a.down.sql", "DROP TABLE public.a; DROP ROLE check_app")
      try project.migration("2_b", "CREATE TABLE public.b (id bigint)")
      try project.write("migrations/2_b.down.sql", "SELECT 1")
      try project.migration("3_c", "CREATE TABLE public.c (id bigint)")
      try project.write("migrations/3_c.down.sql", "DROP TABLE public.c")
      let outcome = try project.run("migrate", "up", "--check-down")
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.stdout.contains("DROP TABLE public.b;"), "\(outcome)")
      #expect(outcome.stdout.contains("2 migrations can be taken back"), "\(outcome)")
    }
  }

  @Test("what was applied and has no file, or another one, is an error and no drift")
  func diffWithoutFiles() throws {
    try withProject { project in
      try project.migration("1_a", "CREATE TABLE public.a (id bigint)")
      try project.migration("2_b", "CREATE TABLE public.b (id bigint)")
      #expect(try project.run("migrate", "up").status == 0)
      try project.remove("migrations/2_b.up.sql")
      let missing = try project.run("schema", "diff")
      #expect(missing.status == 2 && missing.stderr.contains("2_b"), "\(missing)")
      #expect(!missing.stdout.contains("DROP TABLE"), "\(missing)")
      try project.migration("2_b", "CREATE TABLE public.b (id bigint, c text)")
      #expect(try project.run("schema", "diff").status == 2)
      // Other white space is no other file.
      try project.migration("2_b", "CREATE  TABLE public.b (id bigint)")
      #expect(try project.run("schema", "diff").status == 0)
    }
  }
}
