import Foundation
import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Schemas that are shared between checkouts")
struct SharedCaseTests {
  private struct Case: Decodable {
    var id: String
    var expect: String
    var tenant_column: String
    var tenant_setting: String
    var tenant_type: String
  }

  @Test(
    "every case runs to its end, and the clean ones have neither errors nor warnings",
    .enabled(
      if: SharedTestData.path("rls-cases") != nil, "the shared cases are not there"))
  func cases() throws {
    let root = try #require(SharedTestData.path("rls-cases"))
    let folders = try FileManager.default.contentsOfDirectory(atPath: root).sorted()
    // Cases change the attributes of roles.
    let server = try TestServer.dedicated()
    for folder in folders {
      let path = root + "/" + folder
      guard let json = FileManager.default.contents(atPath: path + "/case.json") else { continue }
      let example = try JSONDecoder().decode(Case.self, from: json)
      let schema = try String(contentsOfFile: path + "/schema.sql", encoding: .utf8)
      try PlantedSchema.with("", server: server) { planted in
        _ = try Psql.lines(schema, on: planted.database, stopsAtError: true)
        let report = try planted.verify(
          .init(
            roles: ["app_user"], tenantColumn: example.tenant_column,
            tenantSetting: example.tenant_setting, tenantType: example.tenant_type))
        for table in report.tables {
          for operation in ProbedOperation.allCases {
            #expect(
              table.operations[operation] != .inconclusive,
              "\(folder) \(table.name) \(operation): \(table.notes)")
          }
        }
        if example.expect == "clean" {
          #expect(
            report.findings.allSatisfy { $0.severity == .info }, "\(folder) \(report.summary)")
          #expect(report.verdict == .isolated, "\(folder)")
        }
      }
      _ = try server.withAdministrator { connection in
        try connection.execute(
          "ALTER ROLE app_user NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB")
      }
    }
  }

  @Test(
    "schemas of Payload CMS with a tenant column added are verified to the end",
    .enabled(
      if: SharedTestData.path("payload") != nil,
      "the shared sample files of Payload CMS are not there"),
    arguments: ["test-blocks", "test-up-down", "with-postgres-initial"])
  func payload(name: String) throws {
    let path = try #require(SharedTestData.path("payload/\(name).sql"))
    let schema = try String(contentsOfFile: path, encoding: .utf8)
    try PlantedSchema.with("") { planted in
      _ = try Psql.lines(schema, on: planted.database, stopsAtError: true)
      try planted.run(
        "CREATE TABLE tenants (id uuid PRIMARY KEY); "
          + PlantedSchema.protect("tenants", PlantedSchema.own("id")))
      // Collections have an id of their own; blocks, locales and relations belong to a parent.
      let collections = try planted.admin.execute(
        """
        SELECT quote_ident(c.relname) FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'tenants'
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id')
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
            AND a.attname IN ('_parent_id', 'parent_id'))
        """
      ).rows.map { $0.text(0) }
      #expect(!collections.isEmpty)
      for table in collections {
        try planted.run(
          "ALTER TABLE \(table) ADD tenant_id uuid NOT NULL REFERENCES tenants; "
            + PlantedSchema.protect(table))
      }
      let report = try planted.verify()
      for table in collections {
        let name = "public." + table.filter { $0 != "\"" }
        #expect(report.operations(name) == .init(all: .isolated), "\(name): \(report.notes(name))")
      }
      #expect(report.findings.allSatisfy { $0.severity != .error }, "\(report.summary)")
    }
  }
}
