import Foundation
import Postgres
import Seeding
import TestSupport
import Testing

@Suite("Masks of exported rows")
struct TenantDataMaskTests {
  private static let schema = """
    CREATE TABLE tenants (id uuid PRIMARY KEY);
    CREATE TABLE guests (tenant_id uuid NOT NULL REFERENCES tenants, id int PRIMARY KEY,
      email text NOT NULL CHECK (email ~ '^[^@ ]+@[^@ ]+$'), name varchar(30), first text, last text,
      phone text CHECK (phone ~ '^\\+?[0-9 ]{4,24}$'), street text, town text, remark text, points int,
      born date, seen timestamptz, stay daterange, site text, ip inet, ref uuid, code char(40),
      secret text, level text, kept text, CHECK (points >= 0));
    CREATE UNIQUE INDEX guests_email ON guests (tenant_id, lower(email));
    CREATE TABLE logins (tenant_id uuid NOT NULL REFERENCES tenants, ref uuid UNIQUE, mail text);
    """
  private static let rows = """
    INSERT INTO tenants VALUES ('\(tenantA)'), ('\(tenantB)');
    INSERT INTO guests SELECT '\(tenantA)', i, 'Person' || i || '@Real-Mail.org', 'Real Name ' || i,
      'Realfirst', 'Reallast', '+49 170 ' || (1000 + i), 'Realstreet 5', 'Realtown',
      'Remark of 12 Words', i, '1980-02-28', '2024-03-01 10:00:00+00', '[2024-02-28,2024-03-02)',
      'https://real.org', '8.8.8.8', gen_random_uuid(), 'c', 'swordfish', 'gold', 'as it is'
      FROM generate_series(1, 300) i;
    UPDATE guests SET name = NULL, phone = NULL WHERE id = 7;
    INSERT INTO logins SELECT tenant_id, ref, email FROM guests;
    """
  private static let masks = """
    tables:
      guests:
        columns:
          email: {mask: email}
          name: {mask: name}
          first: {mask: first-name}
          last: {mask: last-name}
          phone: {mask: phone}
          street: {mask: address}
          town: {mask: city}
          remark: {mask: text}
          points: {mask: number}
          born: {mask: date(20)}
          seen: {mask: date(20)}
          stay: {mask: date(20)}
          site: {mask: url}
          ip: {mask: ip}
          ref: {mask: uuid}
          code: {mask: hash}
          secret: {mask: "null"}
          level: {mask: fixed(silver)}
          kept: {mask: keep}
      public.logins: {columns: {ref: {mask: uuid}, mail: {mask: email}}}
    """

  @Test("every kind hides what was there, keeps values apart and together, and can be loaded")
  func kinds() throws {
    try TenantDataFixture.with(Self.schema, Self.rows) { fixture in
      let report = try fixture.export(masks: Self.masks)
      #expect(report.masked.count == 20 && report.unmasked.isEmpty, "\(report)")
      let text = try fixture.text("guests.csv") + fixture.text("logins.csv")
      for real in [
        "Person", "@Real", "real-mail", "Real", "+49 170", "Remark", "real.org", "8.8.8.8",
        "swordfish", "gold", "1980-02-28",
      ] {
        let isHidden = !text.contains(real)
        #expect(isHidden, "\(real)")
      }
      try fixture.loaded(schema: Self.schema) { other in
        func check(_ sql: String, _ wanted: String) throws {
          let found = try other.scalar(sql)
          #expect(found == wanted, "\(sql)")
        }
        try check(
          "SELECT count(*) FROM guests JOIN logins ON mail = email AND logins.ref = guests.ref",
          "300")
        try check("SELECT count(DISTINCT lower(email)) FROM guests", "300")
        try check("SELECT count(*) FROM guests WHERE name IS NULL AND phone IS NULL", "1")
        try check("SELECT count(*) FROM guests WHERE email NOT LIKE '%@example.test'", "0")
        try check("SELECT count(DISTINCT points) FROM guests", "300")
        try check("SELECT count(*) FROM guests WHERE secret IS NOT NULL OR level <> 'silver'", "0")
        try check("SELECT string_agg(DISTINCT kept, '') FROM guests", "as it is")
        try check("SELECT count(DISTINCT first || last || town) FROM guests", "1")
        // All dates moved by the same distance, which is not nothing.
        try check(
          """
          SELECT count(DISTINCT (born - date '1980-02-28', (seen AT TIME ZONE 'UTC')::date
            - date '2024-03-01', lower(stay) - date '2024-02-28', upper(stay) - date '2024-03-02'))
            FROM guests
          """, "1")
        try check(
          "SELECT count(*) FROM guests WHERE born - date '1980-02-28' = lower(stay) - date "
            + "'2024-02-28' AND born <> '1980-02-28' AND abs(born - date '1980-02-28') <= 20", "300"
        )
        try check("SELECT count(*) FROM guests WHERE length(remark) <> 18", "0")
        try check(
          "SELECT count(*) FROM guests WHERE ip << '192.0.2.0/24' OR ip << '198.51.100.0/24' "
            + "OR ip << '203.0.113.0/24'", "300")
      }
    }
  }

  @Test("masks differ from export to export, and are the same with the same seed")
  func seeds() throws {
    try TenantDataFixture.with(Self.schema, Self.rows) { fixture in
      var texts: [String] = []
      for (name, seed) in [("a", nil), ("b", nil), ("c", "one"), ("d", "one"), ("e", "two")] {
        try fixture.export(masks: Self.masks, seed: seed, name: name)
        texts.append(try fixture.text("guests.csv", in: name))
      }
      #expect(texts[2] == texts[3])
      #expect(Set(texts).count == 4)
    }
  }

  /// The error of an export with a mask of `guests`.
  private func error(
    _ column: String, _ mask: String, more: String = "", _ fixture: TenantDataFixture
  ) throws -> SeedError? {
    let masks = "tables:\n  guests:\n    columns:\n      \(column): {mask: \"\(mask)\"}\n\(more)"
    let error = #expect(throws: SeedError.self) { try fixture.export(masks: masks) }
    #expect(!FileManager.default.fileExists(atPath: fixture.folder + "/out"))
    let rest = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
    #expect(!rest.contains { $0.contains("partial") }, "\(rest)")
    return error
  }

  @Test(
    "a mask that does not fit is an error with file and line, and nothing is written",
    arguments: [
      ("email", "e-mail", "no mask"), ("e_mail", "email", "no column e_mail"),
      ("points", "email", "does not fit the type integer"), ("email", "null", "refuses NULL"),
      ("email", "phone", "stay different"), ("tenant_id", "uuid", "tenant's id"),
      ("email", "date(0)", "no mask"), ("born", "fixed(no date)", "do not fit date"),
      ("phone", "fixed(none)", "guests_phone_check"),
      ("points", "fixed(-1)", "guests_points_check"),
      ("email", "hash", "guests_email_check"),
      ("code", "fixed(\(String(repeating: "x", count: 41)))", "too long"),
    ])
  func unfit(column: String, mask: String, wanted: String) throws {
    try TenantDataFixture.with(Self.schema, Self.rows) { fixture in
      let error = try error(column, mask, fixture)
      #expect(error?.code == .unfitMask && error?.line == 4, "\(String(describing: error))")
      #expect(error?.file?.hasSuffix("masks.yaml") == true)
      #expect(error?.description.contains(wanted) == true, "\(String(describing: error))")
    }
  }

  @Test("an unknown table is an error where a mask is for it")
  func unknownTable() throws {
    try TenantDataFixture.with(Self.schema, Self.rows) { fixture in
      let error = #expect(throws: SeedError.self) {
        try fixture.export(masks: "tables:\n  guest: {columns: {email: {mask: email}}}\n")
      }
      #expect(
        error?.line == 2 && error?.remedy?.contains("guests") == true,
        "\(String(describing: error))")
    }
  }

  @Test("a masked key keeps what refers to it, when both have the mask")
  func keys() throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE TABLE guests (tenant_id uuid NOT NULL REFERENCES tenants, email varchar(40) PRIMARY KEY);
      CREATE TABLE stays (tenant_id uuid NOT NULL REFERENCES tenants, guest text REFERENCES guests);
      """
    let rows = """
      INSERT INTO tenants VALUES ('\(tenantA)');
      INSERT INTO guests SELECT '\(tenantA)', 'p' || i || '@real.org' FROM generate_series(1, 50) i;
      INSERT INTO stays SELECT tenant_id, email FROM guests, generate_series(1, 3);
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      let refused = try error("email", "email", fixture)
      #expect(
        refused?.description.contains("public.stays.guest") == true,
        "\(String(describing: refused))")
      try fixture.export(
        masks: "tables:\n  guests: {columns: {email: {mask: email}}}\n"
          + "  stays: {columns: {guest: {mask: email}}}\n")
      try fixture.loaded(schema: schema) { other in
        let joined = try other.scalar(
          "SELECT count(*) FROM stays JOIN guests ON guest = email WHERE email NOT LIKE '%real%'")
        #expect(joined == "150")
      }
    }
  }

  @Test("rows that are written as statements are masked and judged too")
  func statements() throws {
    let schema = """
      CREATE TABLE tenants (id uuid PRIMARY KEY);
      CREATE DOMAIN label AS text CHECK (VALUE <> 'never');
      CREATE TABLE a (tenant_id uuid NOT NULL, id int PRIMARY KEY, b int NOT NULL, name label);
      CREATE TABLE b (tenant_id uuid NOT NULL, id int PRIMARY KEY, a int NOT NULL REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
      """
    let rows = """
      INSERT INTO tenants VALUES ('\(tenantA)');
      WITH x AS (INSERT INTO a VALUES ('\(tenantA)', 1, 2, 'It''s real'))
      INSERT INTO b VALUES ('\(tenantA)', 2, 1);
      """
    try TenantDataFixture.with(schema, rows) { fixture in
      let error = #expect(throws: SeedError.self) {
        try fixture.export(masks: "tables: {a: {columns: {name: {mask: fixed(never)}}}}")
      }
      #expect(error?.description.contains("label_check") == true, "\(String(describing: error))")
      try fixture.export(masks: "tables: {a: {columns: {name: {mask: name}}}}")
      #expect(try fixture.files().filter { $0.hasSuffix("circle.sql") }.count == 1)
      try fixture.loaded(schema: schema) { other in
        let name = try other.scalar("SELECT name FROM a JOIN b ON a.b = b.id AND b.a = a.id")
        #expect(name != nil && name?.contains("real") == false)
      }
    }
  }

  @Test("columns that look personal are listed, refused when strict, and agreed to by keep")
  func strict() throws {
    try TenantDataFixture.with { fixture in
      let lax = try fixture.export(name: "lax")
      #expect(lax.unmasked == ["public.people.email"])
      let error = #expect(throws: SeedError.self) {
        try fixture.export(change: { $0.isStrict = true })
      }
      #expect(error?.code == .unmasked && error?.message.contains("public.people.email") == true)
      #expect(!FileManager.default.fileExists(atPath: fixture.folder + "/out"))
      let report = try fixture.export(
        masks: "tables: {people: {columns: {email: {mask: keep}}}}", change: { $0.isStrict = true })
      #expect(report.unmasked.isEmpty && report.masked.isEmpty)
    }
  }
}
