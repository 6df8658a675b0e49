import Postgres
import TestSupport
import Testing

@testable import Policies

@Suite("What a change of expressions lets through")
struct PolicyEffectTests {
  /// Rows of every combination of values, so that what two expressions say of them is the truth.
  private static let schema = """
    CREATE TABLE bookings AS
      SELECT row_number() OVER ()::int AS id, tenant_id, status, amount, owner_id, active, stay
      FROM (VALUES (1), (2), (NULL)) t(tenant_id),
        (VALUES ('open'), ('closed'), ('held'), (NULL)) s(status),
        (VALUES (-1), (0), (1), (2), (3), (4), (5), (6), (9), (10), (11), (NULL)) a(amount),
        (VALUES (7), (8), (NULL)) o(owner_id), (VALUES (true), (false), (NULL)) x(active),
        (VALUES ('a'::varchar), ('b'), (NULL)) y(stay);
    CREATE TABLE memberships (user_id int, tenant_id int, role text, until timestamptz);
    INSERT INTO memberships VALUES (7, 1, 'admin', now() + interval '1 day'),
      (8, 1, 'guest', now() - interval '1 day'), (7, 2, 'guest', NULL), (9, 2, 'admin', NULL);
    CREATE TABLE notes (booking_id int, body text);
    INSERT INTO notes SELECT id, 'n' FROM bookings WHERE id % 3 = 0;
    """

  private static let tenant =
    "tenant_id = (SELECT NULLIF(current_setting('app.tenant', true), '')::int)"
  private static let bare = "tenant_id = current_setting('app.tenant', true)::int"
  private static let member =
    "EXISTS (SELECT FROM memberships m WHERE m.user_id = bookings.owner_id AND m.tenant_id = 1)"

  /// Expressions before and after a change.
  ///
  /// The same written otherwise, fewer rows, more rows, neither, and what is past a proof.
  static let pairs: [(before: String, after: String)] = """
    {tenant}  =>  {tenant}
    {tenant}  =>  {bare}
    {bare}  =>  {tenant}
    {tenant}  =>  (SELECT NULLIF(current_setting('app.tenant', true), '')::int) = tenant_id
    {tenant}  =>  bookings.tenant_id = (SELECT NULLIF(current_setting('app.tenant'::text, true), ''::text)::integer)
    {tenant}  =>  {tenant} AND true
    {tenant}  =>  {tenant} OR false
    {tenant}  =>  ({tenant}) IS TRUE
    {tenant}  =>  COALESCE({tenant}, false)
    {tenant}  =>  {tenant} AND tenant_id IS NOT NULL
    {tenant}  =>  NOT (tenant_id <> (SELECT NULLIF(current_setting('app.tenant', true), '')::int))
    status = 'open' OR status = 'held'  =>  status IN ('open', 'held')
    status IN ('open', 'held')  =>  status = ANY (ARRAY['held', 'open'])
    status <> 'open' AND status <> 'held'  =>  status NOT IN ('open', 'held')
    amount BETWEEN 1 AND 5  =>  amount >= 1 AND amount <= 5
    amount > 3  =>  3 < amount
    NOT (amount > 3)  =>  amount <= 3
    active  =>  active = true
    NOT active  =>  active = false
    active  =>  active IS TRUE
    (tenant_id, owner_id) = (1, 7)  =>  tenant_id = 1 AND owner_id = 7
    NOT (active AND amount > 3)  =>  NOT active OR amount <= 3
    NOT (status = 'open' OR status = 'held')  =>  status <> 'open' AND status <> 'held'
    tenant_id = 1 AND (status = 'open' OR status = 'held')  =>  (tenant_id = 1 AND status = 'open') OR (tenant_id = 1 AND status = 'held')
    {member}  =>  owner_id IN (SELECT m.user_id FROM memberships m WHERE m.tenant_id = 1)
    {member}  =>  EXISTS (SELECT 1 FROM memberships WHERE tenant_id = 1 AND user_id = owner_id AND memberships.tenant_id = 1)
    {member}  =>  EXISTS (SELECT * FROM public.memberships AS other WHERE other.tenant_id = 1 AND bookings.owner_id = other.user_id)
    amount = 5  =>  amount = 5 AND amount > 3
    amount = 5 OR amount > 3  =>  amount > 3
    stay = 'a'  =>  stay::text = 'a'::text
    tenant_id = 1 AND owner_id = 7  =>  owner_id = 7 AND tenant_id = 1
    amount > 3 OR amount > 5  =>  amount > 3
    active OR (active AND amount > 1)  =>  active
    amount IS NOT NULL AND amount > 1  =>  amount > 1
    true  =>  true
    false  =>  false
    amount = 1 AND amount = 2  =>  false
    amount IS NULL OR amount IS NOT NULL  =>  true
    amount > 5 AND amount < 3  =>  false
    NOT (NOT active)  =>  active
    tenant_id = owner_id AND owner_id = 7  =>  tenant_id = 7 AND owner_id = 7
    true  =>  {tenant}
    {tenant}  =>  false
    {tenant}  =>  {tenant} AND active
    {tenant}  =>  {tenant} AND status = 'open'
    {tenant} OR tenant_id IS NULL  =>  {tenant}
    status IN ('open', 'held', 'closed')  =>  status IN ('open', 'held')
    amount > 3  =>  amount > 5
    amount >= 3  =>  amount > 3
    amount <= 5  =>  amount < 5
    amount > 3  =>  amount = 5
    amount <> 4  =>  amount > 4
    amount BETWEEN 1 AND 9  =>  amount BETWEEN 2 AND 5
    amount IS NOT NULL  =>  amount > 3
    status IS NOT NULL  =>  status = 'open'
    active OR status = 'open'  =>  active
    active OR status = 'open'  =>  active AND status = 'open'
    {member}  =>  {member} AND active
    {member}  =>  {member AND m.role = 'admin'}
    {member}  =>  {member AND m.until > now()}
    {tenant}  =>  {tenant} AND {member}
    {tenant} OR owner_id = 7  =>  {tenant}
    owner_id = 7 OR owner_id = 8  =>  owner_id = 8
    status <> 'open'  =>  status = 'held'
    NOT {member}  =>  NOT {member} AND active
    amount < 10 OR active  =>  amount < 5
    true  =>  active
    amount > 1 OR owner_id = 7  =>  amount > 1 AND owner_id = 7
    status <> 'open' OR active  =>  status = 'held' OR active
    EXISTS (SELECT FROM notes n WHERE n.booking_id = bookings.id)  =>  EXISTS (SELECT FROM notes n WHERE n.booking_id = bookings.id) AND tenant_id = 1
    {tenant}  =>  true
    {tenant}  =>  {tenant} OR tenant_id IS NULL
    {tenant}  =>  {tenant} OR status = 'open'
    amount > 5  =>  amount > 3
    amount = 5  =>  amount >= 5
    status = 'open'  =>  status IS NOT NULL
    status = 'open'  =>  status IN ('open', 'held')
    active AND amount > 3  =>  amount > 3
    {tenant} AND active  =>  {tenant}
    false  =>  amount = 1
    amount = 4  =>  amount <> 5
    {member AND m.role = 'admin'}  =>  {member}
    amount < 5  =>  amount < 5 OR amount IS NULL
    status = 'held'  =>  status <> 'open'
    tenant_id = 1  =>  tenant_id = 1 OR owner_id = 7
    NOT active  =>  NOT active OR active IS NULL
    amount > 3 AND amount < 9  =>  amount > 3
    tenant_id = 1  =>  tenant_id = 2
    active  =>  NOT active
    amount > 3  =>  amount < 9
    {tenant}  =>  owner_id = 7
    status = 'open'  =>  status LIKE 'open%'
    status = 'open'  =>  lower(status) = 'open'
    amount = 5  =>  amount + 0 = 5
    amount > 3  =>  amount * 2 > 6
    status = 'open'  =>  status || '' = 'open'
    amount = 5  =>  abs(amount) = 5
    {member}  =>  {member AND m.user_id > 0}
    tenant_id = 1  =>  tenant_id IN (SELECT tenant_id FROM memberships WHERE user_id = 8)
    amount > 3  =>  CASE WHEN amount > 3 THEN true ELSE false END
    active  =>  active IS NOT FALSE
    NOT (tenant_id = 1)  =>  (tenant_id = 1) IS NOT TRUE
    tenant_id = 1  =>  tenant_id IS NOT DISTINCT FROM 1
    owner_id = 7  =>  owner_id = 7 AND (SELECT count(*) FROM memberships) > 0
    EXISTS (SELECT FROM generate_series(1, 2) g, memberships WHERE tenant_id = 1)  =>  EXISTS (SELECT FROM generate_series(1, 2) g, memberships WHERE bookings.tenant_id = 1)
    EXISTS (SELECT FROM ONLY notes n WHERE n.booking_id = id)  =>  EXISTS (SELECT FROM notes n WHERE n.booking_id = id)
    {tenant}  =>  {tenant} AND length(status) < 100
    amount > 3  =>  amount > 3 AND amount % 1 = 0
    """.split(separator: "\n").map { line in
      let sides = line.split(separator: "  =>  ").map { side in
        side.replacing("{tenant}", with: tenant).replacing("{bare}", with: bare)
          .replacing(/\{member( AND [^}]*)?\}/) { match in
            member.dropLast() + (match.1 ?? "") + ")"
          }
      }
      return (String(sides[0]), String(sides[1]))
    }

  @Test("one hundred changes are told apart as the rows tell them apart, or not at all")
  func pairsAreRight() throws {
    #expect(Self.pairs.count >= 100)
    try TestServer.shared.withDatabase { connection, _ in
      for statement in Self.schema.split(separator: ";") {
        try connection.execute(String(statement))
      }
      try connection.execute("SELECT set_config('app.tenant', '1', false)")
      let catalog = try CatalogReader.read(from: connection)
      let bookings = try #require(catalog.relations.values.first { $0.name == "bookings" })
      let expressions = Set(Self.pairs.flatMap { [$0.0, $0.1] }).map {
        NormalForms.Expression(relation: bookings.oid, sql: $0)
      }
      let forms = try NormalForms.read(Set(expressions), catalog: catalog, on: connection)
      let refused = expressions.filter { forms.trees[$0] == nil }
      #expect(refused.isEmpty, "\(refused)")
      for reader in [
        ConditionReader(catalog: catalog),
        ConditionReader(catalog: catalog, normalForms: forms),
      ] {
        try check(reader, bookings, connection)
      }
    }
  }

  private func check(
    _ reader: ConditionReader, _ bookings: Relation, _ connection: any Connection
  ) throws {
    var told = 0
    for (before, after) in Self.pairs {
      let claim = ConditionComparison(
        before: reader.condition(before, of: bookings), after: reader.condition(after, of: bookings)
      )
      let row = try #require(
        try connection.execute(
          """
          SELECT count(*) FILTER (WHERE (\(before)) IS TRUE AND (\(after)) IS NOT TRUE),
            count(*) FILTER (WHERE (\(after)) IS TRUE AND (\(before)) IS NOT TRUE) FROM bookings
          """
        ).rows.first)
      let truth: PolicyEffect? =
        switch (row.int(0) ?? 0, row.int(1) ?? 0) {
        case (0, 0): .equal
        case (_, 0): .tightens
        case (0, _): .loosens
        default: nil
        }
      #expect(
        claim.effect == .unclear || claim.effect == truth,
        "\(before)  →  \(after): \(claim.effect), but the rows say \(String(describing: truth))")
      #expect(!claim.isNeverLooser || (row.int(1) ?? 0) == 0, "\(before)  →  \(after)")
      if claim.effect != .unclear { told += 1 }
    }
    // Not by shrugging: most of them can be told.
    #expect(told >= 80, "only \(told) of \(Self.pairs.count) were told")
  }
}
