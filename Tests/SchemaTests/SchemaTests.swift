import Postgres
import Schema
import TestSupport
import Testing

@Suite("Schemas")
struct SchemaTests {
  static let rich = """
    CREATE SCHEMA "My App";
    CREATE TYPE public.state AS ENUM ('open', 'it''s closed');
    CREATE DOMAIN public.amount AS numeric(10, 2) NOT NULL DEFAULT 0 CONSTRAINT amount_low CHECK (VALUE >= 0);
    CREATE TYPE public.pair AS (a integer, b text);
    CREATE SEQUENCE public.numbers INCREMENT BY 5;
    CREATE FUNCTION public.current_tenant() RETURNS uuid LANGUAGE sql STABLE
      AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$;
    CREATE TABLE public.tenants (id uuid PRIMARY KEY, name text NOT NULL);
    CREATE TABLE public.rooms (
      tenant_id uuid NOT NULL DEFAULT public.current_tenant() REFERENCES public.tenants,
      id bigint GENERATED ALWAYS AS IDENTITY, old serial, price public.amount,
      number text COLLATE "C" NOT NULL, label text GENERATED ALWAYS AS (upper(number)) STORED,
      state public.state DEFAULT 'open', pair public.pair, "Odd Name" integer[],
      PRIMARY KEY (tenant_id, id), CHECK (number <> ''), UNIQUE (tenant_id, number));
    CREATE TABLE "My App"."T" (room bigint, tenant_id uuid, at timestamptz DEFAULT now(),
      FOREIGN KEY (tenant_id, room) REFERENCES public.rooms (tenant_id, id) ON DELETE CASCADE);
    CREATE INDEX rooms_label_idx ON public.rooms (tenant_id, lower(label)) WHERE price > 3;
    CREATE TABLE public.events (at date NOT NULL, tenant_id uuid) PARTITION BY RANGE (at);
    CREATE INDEX events_idx ON public.events (tenant_id, at);
    CREATE TABLE public.events_1 PARTITION OF public.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    CREATE TABLE public.events_default PARTITION OF public.events DEFAULT;
    CREATE TABLE public.parent (a integer);
    CREATE TABLE public.child (b integer) INHERITS (public.parent);
    CREATE VIEW public.a_second WITH (security_invoker = true) AS SELECT * FROM public.rooms;
    CREATE VIEW public.a_first AS SELECT id FROM public.a_second;
    CREATE MATERIALIZED VIEW public.counts AS SELECT count(*) AS n FROM public.rooms;
    CREATE UNIQUE INDEX counts_n ON public.counts (n);
    CREATE FUNCTION public.rooms_of(t uuid) RETURNS SETOF public.rooms LANGUAGE sql
      AS $$ SELECT * FROM public.rooms WHERE tenant_id = t $$;
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON public.rooms
      FOR EACH ROW EXECUTE FUNCTION public.touch();
    CREATE RULE quiet AS ON DELETE TO "My App"."T" DO INSTEAD NOTHING;
    ALTER TABLE public.rooms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY rooms_tenant ON public.rooms TO schema_test_app
      USING (tenant_id = public.current_tenant()) WITH CHECK (tenant_id = public.current_tenant());
    CREATE POLICY "Odd ""one" ON public.rooms AS RESTRICTIVE FOR SELECT USING (price > 0);
    GRANT SELECT, INSERT ON public.rooms TO schema_test_app;
    GRANT UPDATE (number) ON public.rooms TO schema_test_app;
    GRANT USAGE ON SCHEMA "My App" TO schema_test_app WITH GRANT OPTION;
    REVOKE EXECUTE ON FUNCTION public.rooms_of FROM PUBLIC;
    ALTER TABLE public.parent OWNER TO schema_test_owner;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO schema_test_app;
    CREATE TABLE public."tricky $$ ' "" %COLUMNS%" (
      at date NOT NULL, t text DEFAULT 'a  FOR %COLUMNS% $$ b') PARTITION BY LIST (at);
    CREATE TABLE public."part  FOR" PARTITION OF public."tricky $$ ' "" %COLUMNS%" (
      CONSTRAINT "a  FOR b" CHECK (t <> 'x  FOR y')) FOR VALUES IN ('2026-01-01');
    GRANT SELECT ON public.rooms TO "schema_test_$$ ' ""x";
    COMMENT ON TABLE public.rooms IS 'what''s let';
    COMMENT ON COLUMN public.rooms."Odd Name" IS 'odd';
    COMMENT ON CONSTRAINT rooms_number_check ON public.rooms IS 'never empty';
    COMMENT ON POLICY rooms_tenant ON public.rooms IS 'keeps apart';
    """

  static func make(_ connection: some Connection, _ sql: String) throws {
    for role in ["schema_test_app", "schema_test_owner", "\"schema_test_$$ ' \"\"x\""] {
      try connection.execute(
        "DO $role$ BEGIN CREATE ROLE \(role); EXCEPTION WHEN OTHERS THEN NULL; END $role$")
    }
    try connection.execute("DO $do$ BEGIN EXECUTE $sql$\(sql)$sql$; END $do$")
  }

  @Test("the dump of a schema with everything in it makes an equal schema")
  func roundTrip() throws {
    try TestServer.shared.withDatabase { first, _ in
      try Self.make(first, Self.rich)
      let original = try SchemaSnapshot.read(first)
      try TestServer.shared.withDatabase { second, _ in
        try Self.make(second, original.script)
        try second.execute("RESET search_path")
        let copy = try SchemaSnapshot.read(second)
        #expect(SchemaDifference(from: copy, to: original).items == [])
        #expect(copy.script == original.script)
        let indexes = "SELECT count(*) FROM pg_index WHERE indrelid = 'public.events_1'::regclass"
        #expect(try second.execute(indexes).scalar == "1")
      }
    }
  }

  @Test("parentheses that the server drops when a dump is restored are no difference, others are")
  func parentheses() throws {
    func snapshot(_ condition: String) throws -> SchemaSnapshot {
      var snapshot: SchemaSnapshot?
      try TestServer.shared.withDatabase { connection, _ in
        try connection.execute("CREATE TABLE public.t (a integer, b integer, c integer)")
        try connection.execute("ALTER TABLE public.t ADD CONSTRAINT k CHECK (\(condition))")
        snapshot = try SchemaSnapshot.read(connection)
      }
      return try #require(snapshot)
    }
    let built = try snapshot("a BETWEEN 1 AND 2 AND b > 3")
    let restored = try snapshot("(a >= 1) AND (a <= 2) AND b > 3")
    #expect(built.script != restored.script)
    #expect(SchemaDifference(from: restored, to: built).isEmpty)
    let one = try snapshot("a > 1 AND (b > 2 OR c > 3)")
    let other = try snapshot("(a > 1 AND b > 2) OR c > 3")
    #expect(!SchemaDifference(from: one, to: other).isEmpty)
  }

  @Test(
    "what was changed by hand is named, and the SQL of the difference takes it back",
    arguments: [
      ("ALTER TABLE public.rooms ADD COLUMN stray text", "column public.rooms.stray"),
      ("ALTER TABLE \"My App\".\"T\" DROP COLUMN at", "column \"My App\".\"T\".at"),
      ("ALTER TABLE public.rooms ALTER state DROP DEFAULT", "column public.rooms.state"),
      ("ALTER TABLE public.tenants ALTER name TYPE varchar(9)", "column public.tenants.name"),
      ("ALTER TABLE public.rooms ALTER number DROP NOT NULL", "column public.rooms.number"),
      ("ALTER TABLE public.rooms ALTER id SET GENERATED BY DEFAULT", "column public.rooms.id"),
      (
        "ALTER TABLE public.rooms DROP CONSTRAINT rooms_number_check",
        "constraint public.rooms.rooms_number_check"
      ),
      ("ALTER TABLE public.rooms DISABLE ROW LEVEL SECURITY", "row security public.rooms"),
      ("ALTER TABLE public.rooms NO FORCE ROW LEVEL SECURITY", "row security public.rooms"),
      ("DROP POLICY rooms_tenant ON public.rooms", "policy rooms_tenant on public.rooms"),
      (
        "ALTER POLICY rooms_tenant ON public.rooms USING (true)",
        "policy rooms_tenant on public.rooms"
      ),
      (
        "GRANT DELETE ON public.rooms TO schema_test_app",
        "privilege schema_test_app on table public.rooms"
      ),
      ("GRANT SELECT ON public.tenants TO PUBLIC", "privilege PUBLIC on table public.tenants"),
      (
        "GRANT EXECUTE ON FUNCTION public.rooms_of TO PUBLIC",
        "privilege none for PUBLIC on function public.rooms_of(t uuid)"
      ),
      ("DROP INDEX public.rooms_label_idx", "index public.rooms_label_idx"),
      ("DROP TRIGGER touched ON public.rooms", "trigger touched on public.rooms"),
      ("CREATE TABLE public.stray (a integer PRIMARY KEY)", "table public.stray"),
      ("DROP TABLE \"My App\".\"T\"", "table \"My App\".\"T\""),
      ("ALTER VIEW public.a_second RESET (security_invoker)", "view public.a_second"),
      ("ALTER TABLE public.parent OWNER TO CURRENT_USER", "owner TABLE public.parent"),
      ("COMMENT ON TABLE public.rooms IS 'other'", "comment table public.rooms"),
      (
        "CREATE OR REPLACE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        "function public.touch()"
      ),
    ])
  func drift(change: String, name: String) throws {
    try TestServer.shared.withDatabase { connection, _ in
      try Self.make(connection, Self.rich)
      let wanted = try SchemaSnapshot.read(connection)
      try connection.execute("DO $do$ BEGIN EXECUTE $sql$\(change)$sql$; END $do$")
      let difference = SchemaDifference(from: try SchemaSnapshot.read(connection), to: wanted)
      let names = difference.items.map { "\($0.kind.rawValue) \($0.name)" }
      #expect(names.contains(name), "\(names)")
      try Self.make(connection, difference.script)
      let left = SchemaDifference(from: try SchemaSnapshot.read(connection), to: wanted)
      // A column that was dropped comes back as the last: the order alone is no difference.
      #expect(left.items == [], "\(difference.script)")
    }
  }
}
