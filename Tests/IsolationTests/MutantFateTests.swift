import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Mutants that survive, and those that change nothing")
struct MutantFateTests {
  private typealias Operator = MutationOperator

  private static let noEffect =
    "what applies to the roles, by their privileges and the policies' roles, is the same"

  @Test("ids that are text are weakened in their case and their beginning as well")
  func texts() throws {
    let own = "tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')"
    let schema = """
      CREATE TABLE pages (tenant_id text NOT NULL, title text NOT NULL);
      \(PlantedSchema.protect("pages", own))
      """
    try PlantedSchema.with(schema) { planted in
      let mutants = try planted.mutate().mutants
      for mutation in [Operator.caseFolded, .prefix] {
        let kills = (mutants.kills ?? []).filter { $0.operator == mutation }
        #expect(
          kills.contains {
            $0.mutation.hasPrefix("WITH CHECK") && $0.rule == "foreign-tenant-accepted"
          }, "\(mutation): \(kills)")
      }
    }
  }

  @Test(
    "where no two ids differ in case alone, and where an owner passes anyway, nothing is weaker")
  func nothingWeaker() throws {
    let own = "tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')"
    let schema = """
      CREATE TABLE tenants (id text PRIMARY KEY CHECK (id ~ '^org_[a-z0-9]{8,}$'));
      CREATE TABLE pages (tenant_id text NOT NULL REFERENCES tenants, title text NOT NULL UNIQUE,
        slug text NOT NULL, UNIQUE (tenant_id, slug));
      \(PlantedSchema.protect("pages", own))
      \(PlantedSchema.protect("tenants", "id = current_setting('app.current_tenant_id', true)"))
      CREATE FUNCTION page_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = public, pg_temp
        AS $$ SELECT count(*) FROM pages WHERE \(own) $$
      """
    try PlantedSchema.with(schema) { planted in
      let mutants = try planted.mutate().mutants
      #expect(mutants.survived.isEmpty, "\(mutants.survived)")
      // A second key that leaves the tenant out is noticed beside the one that does already.
      #expect((mutants.kills ?? []).contains { $0.operator == .keyWithoutTenant })
      let reasons = Set((mutants.equivalent ?? []).compactMap(\.reason))
      #expect(reasons.contains { $0.contains("in case alone") }, "\(reasons)")
      #expect(reasons.contains { $0.contains("FORCE does not bind") }, "\(reasons)")
    }
  }

  @Test(
    "a table that is exempt, or that no row can be made for, is a blind spot and says why",
    arguments: [
      ("", ["public.rooms": "read by the whole chain"], "the table is exempt: read by"),
      (
        "ALTER TABLE rooms ADD CHECK (md5(number) = '0123456789abcdef0123456789abcdef')", [:],
        "rooms_number_check"
      ),
    ])
  func blindSpots(hole: String, exempt: [String: String], reason: String) throws {
    try PlantedSchema.with(hole: hole) { planted in
      let report = try planted.mutate(.init(roles: ["app_user"], exempt: exempt))
      let survived = report.mutants.survived.filter { $0.object == "public.rooms" }
      for mutation in [Operator.usingTrue, .checkTrue, .orUnset, .rowSecurityDisabled] {
        let found = survived.first { $0.operator == mutation }
        #expect(found?.reason?.contains(reason) == true, "\(mutation): \(survived)")
        #expect(found?.sql.contains("public.rooms") == true)
      }
      #expect(report.verdict == .inconclusive)
      #expect(report.mutants.killed > 0 && report.mutants.made > report.mutants.killed)
    }
  }

  @Test("what is open already is not weakened by opening it again")
  func alreadyOpen() throws {
    let hole =
      PlantedSchema.split("rooms")
      + "CREATE POLICY everybody ON rooms FOR SELECT USING (true)"
    try PlantedSchema.with(hole: hole) { planted in
      let report = try planted.mutate()
      let mutants = report.mutants
      #expect(report.verdict == .leak)
      let reasons = Set((mutants.equivalent ?? []).compactMap(\.reason))
      #expect(reasons.contains("the table is open to select already: using-true"), "\(reasons)")
      #expect(mutants.survived.isEmpty, "\(mutants.shortly(mutants.survived))")
    }
  }

  @Test("a policy of another role, and one of a command that is not granted, change nothing")
  func withoutEffect() throws {
    let split = PlantedSchema.split(
      "notes", select: PlantedSchema.ownBooking, insert: PlantedSchema.ownBooking,
      update: PlantedSchema.ownBooking, updateCheck: PlantedSchema.ownBooking,
      delete: PlantedSchema.ownBooking)
    let hole = """
      CREATE POLICY owners ON rooms TO app_owner USING (floor > 1) WITH CHECK (floor > 1);
      \(split)
      REVOKE DELETE ON notes FROM app_user
      """
    try PlantedSchema.with(hole: hole) { planted in
      let mutants = try planted.mutate().mutants
      for phrase in ["USING of policy owners lets", "USING of policy own_delete lets"] {
        let found = (mutants.equivalent ?? []).filter { $0.mutation.hasPrefix(phrase) }
        #expect(
          !found.isEmpty && found.allSatisfy { $0.reason == Self.noEffect }, "\(phrase): \(found)")
      }
      #expect((mutants.kills ?? []).contains { $0.mutation == "policy owners applies to PUBLIC" })
      #expect(mutants.survived.isEmpty, "\(mutants.shortly(mutants.survived))")
    }
  }

  @Test("a policy of the role as which a view runs shows in the view")
  func owners() throws {
    let own = PlantedSchema.own()
    let hole = """
      SET ROLE app_owner;
      DROP POLICY own_rows ON rooms;
      CREATE POLICY own_rows ON rooms TO app_user USING (\(own));
      CREATE POLICY owners ON rooms TO app_owner USING (\(own));
      CREATE VIEW floors AS SELECT * FROM rooms;
      GRANT SELECT ON floors TO app_user;
      RESET ROLE
      """
    try PlantedSchema.with(hole: hole) { planted in
      let report = try planted.mutate()
      #expect(report.verdict == .isolated, "\(report.summary)")
      let kill = (report.mutants.kills ?? []).first {
        $0.mutation == "USING of policy owners lets every row pass"
      }
      #expect(kill?.rule == "view-definer")
    }
  }

  @Test("a mutant that the checks are not told about is one that they do not notice")
  func unnoticed() throws {
    // The tenant's column is not the one that the policies compare.
    let hole = """
      ALTER TABLE rooms ADD COLUMN brand uuid;
      CREATE TABLE prices (brand uuid NOT NULL, amount int NOT NULL);
      \(PlantedSchema.protect("prices", PlantedSchema.own("brand")))
      """
    try PlantedSchema.with(hole: hole) { planted in
      let report = try planted.mutate()
      let survived = report.mutants.survived
      #expect(!survived.isEmpty && survived.allSatisfy { $0.object == "public.prices" })
      #expect(report.verdict == .inconclusive)
    }
  }

  @Test("nothing of the mutants stays: policies, privileges, owners, keys, roles, rows")
  func leavesNothing() throws {
    try PlantedSchema.with { planted in
      let before = (try planted.definitions(), try planted.fingerprint())
      #expect(before.0?.isEmpty == false)
      #expect(try planted.mutate().mutants.killed > 50)
      #expect(try planted.definitions() == before.0)
      #expect(try planted.fingerprint() == before.1)
    }
  }
}

extension PlantedSchema {
  /// Everything that a mutant changes, as the catalog holds it.
  fileprivate func definitions() throws -> String? {
    try admin.execute(
      """
      SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT p::text FROM pg_policies p
        UNION ALL
        SELECT concat_ws(' ', c.oid, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity,
          c.relacl, c.reloptions) FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT concat_ws(' ', o.oid, o.conname, pg_get_constraintdef(o.oid)) FROM pg_constraint o
        UNION ALL
        SELECT concat_ws(' ', f.oid, f.proname, f.prosecdef, f.provolatile) FROM pg_proc f
        WHERE f.pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT r.rolname || r.rolbypassrls FROM pg_roles r WHERE r.rolname LIKE 'app%'
        UNION ALL
        SELECT concat_ws(' ', m.roleid, m.member) FROM pg_auth_members m
      ) all_of_it (line)
      """
    ).scalar
  }
}
