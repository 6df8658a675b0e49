import DatabaseInstrumentation
import Foundation
import Postgres
import SQLSyntax
import Seeding
import Tenants
import TestSupport
import Testing

@Suite("Tenants of schemas that are shared between checkouts")
struct TenantDataCaseTests {
  private struct Case: Decodable {
    var tenant_column: String
    var tenant_setting: String
    var tenant_a: String
    var tenant_b: String
  }

  /// Cases in which rows of one tenant hang on rows of another: they cannot be taken apart, and the
  /// error says so.
  private static let entangled = ["L076_cascade_cross_tenant": "loyalty_cards"]

  @Test(
    "each tenant is taken out, loaded again and removed, and the rest stays as it was",
    .enabled(
      if: SharedTestData.path("rls-cases") != nil, "the shared cases are not there"))
  func cases() throws {
    let root = try #require(SharedTestData.path("rls-cases"))
    // Cases change the attributes of roles.
    let server = try TestServer.dedicated()
    var count = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
      let path = root + "/" + name
      guard let json = FileManager.default.contents(atPath: path + "/case.json") else { continue }
      let example = try JSONDecoder().decode(Case.self, from: json)
      let schema = try String(contentsOfFile: path + "/schema.sql", encoding: .utf8)
      let rows = try String(contentsOfFile: path + "/seed.sql", encoding: .utf8)
      try TenantDataFixture.with("SELECT 1", "SELECT 1", server: server) { fixture in
        var fixture = fixture
        fixture.options = TenancyOptions(
          tenantColumn: example.tenant_column, tenantSetting: example.tenant_setting)
        try fixture.run(schema)
        try fixture.run(rows)
        try fixture.run("RESET ROLE")
        try check(name, example, schema, fixture, server)
      }
      _ = try server.withAdministrator { connection in
        try connection.execute(
          "ALTER ROLE app_user NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB")
      }
      count += 1
    }
    #expect(count > 30)
  }

  private func check(
    _ name: String, _ example: Case, _ schema: String, _ fixture: TenantDataFixture,
    _ server: TestServer
  ) throws {
    let exported = try fixture.export(example.tenant_a)
    #expect(exported.rows > 0, "\(name)")
    try TenantDataFixture.with("SELECT 1", "SELECT 1", server: server) { other in
      // What the schema grants to roles is there already.
      try? other.run(schema)
      try other.run("RESET ROLE")
      try fixture.load(into: other.admin)
      var other = other
      other.options = fixture.options
      let again = try other.export(example.tenant_a)
      #expect(again.rows == exported.rows, "\(name): \(again) \(exported)")
      for file in try fixture.files() where file.hasSuffix(".csv") {
        let (here, there) = (try fixture.text(file), try other.text(file))
        #expect(here == there, "\(name) \(file)")
      }
    }
    let before = try fixture.rows()
    if let words = Self.entangled[name] {
      let error = #expect(throws: SeedError.self) { try fixture.remove(example.tenant_a) }
      #expect(error?.description.contains(words) == true, "\(name): \(String(describing: error))")
      #expect(try fixture.rows() == before, "\(name)")
      return
    }
    let report = try fixture.remove(example.tenant_a)
    #expect(report.isDone && report.rows > 0, "\(name)")
    for remainder in report.left {
      // Only what was computed beforehand from the tenant's rows, and says how it is mended.
      #expect(remainder.remedy.hasPrefix("REFRESH"), "\(name): \(remainder)")
    }
    let after = try fixture.rows()
    for (table, rows) in after {
      let kept = rows.split(separator: "|")
      #expect(
        kept.allSatisfy { before[table]?.split(separator: "|").contains($0) == true }, "\(name)")
    }
    let other = try fixture.remove(example.tenant_b)
    #expect(other.rows > 0, "\(name)")
  }
}
