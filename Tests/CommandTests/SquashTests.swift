import Postgres
import TestSupport
import Testing

@Suite("Folding migrations into one", .besideOthers, .overBothTransports)
struct SquashTests {
  private static let files = [
    ("1_a", "CREATE TABLE public.a (id serial PRIMARY KEY, note text NOT NULL DEFAULT 'it''s');"),
    ("2_rows", "INSERT INTO public.a (note) VALUES ('x''y'), (E'two\nlines'), (DEFAULT)"),
    (
      "3_b",
      """
      CREATE TABLE public.b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        a int NOT NULL REFERENCES public.a, twice int GENERATED ALWAYS AS (a * 2) STORED);
      CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no more rows'; END $$;
      INSERT INTO public.b (a) SELECT id FROM public.a ORDER BY id;
      CREATE TRIGGER refuse BEFORE INSERT ON public.b
        FOR EACH ROW EXECUTE FUNCTION public.refuse();
      CREATE MATERIALIZED VIEW public.sums AS SELECT sum(a) AS total FROM public.b;
      ALTER TABLE public.a ENABLE ROW LEVEL SECURITY; ALTER TABLE public.a FORCE ROW LEVEL SECURITY;
      """
    ),
    ("4_c", "CREATE TABLE public.c (id int);"),
  ]

  private func withFiles(_ body: (Project) throws -> Void) throws {
    try withProject { project in
      for (stem, sql) in Self.files { try project.migration(stem, sql) }
      try project.write("migrations/1_a.down.sql", "DROP TABLE public.a")
      try project.write("migrations/2_rows.verify.sql", "SELECT count(*) = 3 FROM public.a")
      try body(project)
    }
  }

  @Test("a database that has the old ones has the new one; an empty one gets the same from it")
  func folding() throws {
    try withFiles { project in
      #expect(try project.run("migrate", "up").status == 0)
      let squashed = try project.run("migrate", "squash", "--to", "3", "--yes")
      #expect(squashed.status == 0, "\(squashed)")
      #expect(squashed.stdout.contains("6 rows compared"), "\(squashed)")
      for gone in ["1_a.up.sql", "1_a.down.sql", "2_rows.up.sql", "2_rows.verify.sql"] {
        #expect(!project.exists("migrations/" + gone), "\(gone)")
      }
      #expect(try project.run("migrate", "up").stdout.contains("up to date"))
      let status = try project.run("migrate", "status", "--check", "--format", "json")
      #expect(status.status == 0 && status.stdout.contains("\"replaced\""), "\(status)")
      let drift = try project.run("schema", "diff")
      #expect(drift.status == 0, "\(drift)")
      let before = try project.query("SELECT string_agg(note, '|' ORDER BY id) FROM public.a")
      try withProject { fresh in
        for name in ["3_squashed.up.sql", "3_squashed.verify.sql", "4_c.up.sql"] {
          try fresh.write("migrations/" + name, try project.read("migrations/" + name))
        }
        let up = try fresh.run("migrate", "up")
        #expect(up.status == 0, "\(up)")
        #expect(
          try fresh.query("SELECT string_agg(note, '|' ORDER BY id) FROM public.a") == before)
        #expect(try fresh.query("SELECT total FROM public.sums") == "6")
        #expect(try fresh.query("SELECT nextval('public.a_id_seq')") == "4")
        #expect(try fresh.run("migrate", "verify").stdout.contains("good  3_squashed"))
        #expect(try fresh.run("migrate", "up").stdout.contains("up to date"))
      }
    }
  }

  @Test("a database that has only some of the old ones is told to catch up with them")
  func halfway() throws {
    try withFiles { project in
      #expect(try project.run("migrate", "up", "--to", "2").status == 0)
      #expect(try project.run("migrate", "squash", "--to", "3", "--yes").status == 0)
      let up = try project.run("migrate", "up")
      #expect(up.status != 0)
      #expect(
        up.stderr.contains("stands for 3 migrations, of which 2 are applied")
          && up.stderr.contains("1_a, 2_rows") && up.stderr.contains("from before"), "\(up)")
      #expect(try project.query("SELECT to_regclass('public.b')") == nil)
    }
  }

  @Test("what was applied must be what was folded")
  func another() throws {
    try withFiles { project in
      #expect(try project.run("migrate", "up").status == 0)
      try project.migration("3_b", Self.files[2].1 + "-- another\nCREATE TABLE public.d ();")
      #expect(try project.run("migrate", "squash", "--to", "3", "--yes").status == 0)
      let up = try project.run("migrate", "up")
      #expect(up.status != 0 && up.stderr.contains("changed after it was applied"), "\(up)")
      // Repair takes the new file for what was applied, and the others with it.
      #expect(try project.run("migrate", "repair", "--yes").status == 0)
      #expect(try project.run("migrate", "up").stdout.contains("up to date"))
    }
  }

  @Test("a squash can be folded again, and stands for what the first one stood for")
  func twice() throws {
    try withFiles { project in
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("migrate", "squash", "--to", "3", "--yes").status == 0)
      let again = try project.run("migrate", "squash", "--name", "all", "--yes")
      #expect(again.status == 0, "\(again)")
      #expect(try project.run("migrate", "up").stdout.contains("up to date"))
      #expect(try project.run("migrate", "status", "--check").status == 0)
    }
  }

  @Test("statements are kept as they are with --concatenate, outside a transaction where one is")
  func concatenation() throws {
    try withFiles { project in
      try project.migration(
        "4_c", "-- dbtool: no-transaction\nCREATE INDEX CONCURRENTLY a_note ON public.a (note)")
      try project.migration("5_d", "SET search_path = public; CREATE TABLE d (); -- the end")
      try project.migration(
        "6_e", "CREATE AGGREGATE public.last (int) (sfunc = int4larger, stype = int)")
      let plain = try project.run("migrate", "squash", "--yes")
      #expect(plain.status == 2, "\(plain)")
      #expect(plain.stderr.contains("aggregate public.last(integer)"), "\(plain)")
      #expect(plain.stderr.contains("--concatenate"))
      #expect(project.exists("migrations/1_a.up.sql"))
      #expect(try project.run("migrate", "up").status == 0)
      let squashed = try project.run("migrate", "squash", "--concatenate", "--yes")
      #expect(squashed.status == 0, "\(squashed)")
      let text = try project.read("migrations/6_squashed.up.sql")
      #expect(text.contains("-- dbtool: no-transaction") && text.contains("RESET ALL;"), "\(text)")
      #expect(try project.run("migrate", "up").stdout.contains("up to date"))
    }
  }

  @Test("--dry-run prints the file and changes nothing; without --yes somebody must agree")
  func dry() throws {
    try withFiles { project in
      let dry = try project.run("migrate", "squash", "--dry-run")
      #expect(dry.status == 0 && dry.stdout.contains("-- dbtool: replaces=1 sha256="), "\(dry)")
      #expect(dry.stdout.contains("CREATE TABLE public.b"))
      let unasked = try project.run("migrate", "squash")
      #expect(unasked.status == 2 && unasked.stderr.contains("--yes"), "\(unasked)")
      #expect(
        project.exists("migrations/1_a.up.sql") && !project.exists("migrations/4_squashed.up.sql"))
    }
  }

  @Test(
    "what cannot be folded is refused with a reason",
    arguments: [
      (["--from", "4"], "no two migrations"), (["--to", "9"], "no migration of version 9"),
      (["--from", "3"], "change rows that earlier ones put in"),
      (["--name", "../x"], "does not fit"),
    ])
  func refusals(arguments: [String], reason: String) throws {
    try withFiles { project in
      try project.migration("3_b", "UPDATE public.a SET note = 'z'; CREATE TABLE public.b ();")
      let outcome = try project.run(["migrate", "squash", "--yes"] + arguments)
      #expect(outcome.status == 2 && outcome.stderr.contains(reason), "\(outcome)")
      #expect(project.exists("migrations/1_a.up.sql"))
    }
  }

  @Test("a sequence that was set and not used stands where it stood")
  func setSequence() throws {
    try withFiles { project in
      try project.migration("5_set", "SELECT setval('public.a_id_seq', 50, false)")
      #expect(try project.run("migrate", "squash", "--yes").status == 0)
      let up = try project.run("migrate", "up")
      #expect(up.status == 0, "\(up)")
      #expect(try project.query("SELECT nextval('public.a_id_seq')") == "50")
    }
  }

  @Test("more rows than a schema has are kept as statements, and all of them are counted")
  func manyRows() throws {
    try withFiles { project in
      try project.migration("5_many", "INSERT INTO public.c SELECT generate_series(1, 6001)")
      let plain = try project.run("migrate", "squash", "--yes")
      #expect(plain.status == 2 && plain.stderr.contains("more than 5000 rows"), "\(plain)")
      let kept = try project.run("migrate", "squash", "--concatenate", "--yes")
      #expect(kept.status == 0 && kept.stdout.contains("6007 rows compared"), "\(kept)")
    }
  }
}
