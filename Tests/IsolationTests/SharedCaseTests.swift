import Foundation
import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Schemas that are shared between checkouts")
struct SharedCaseTests {
  private struct Case: Decodable {
    var expect: String
    var tenant_column: String
    var tenant_setting: String
    var tenant_type: String

    var options: IsolationOptions {
      IsolationOptions(
        roles: ["app_user"], tenantColumn: tenant_column, tenantSetting: tenant_setting,
        tenantType: tenant_type)
    }
  }

  private static let names: [String] = {
    guard let root = SharedTestData.path("rls-cases") else { return [] }
    let folders = try? FileManager.default.contentsOfDirectory(atPath: root)
    return (folders ?? []).filter {
      FileManager.default.fileExists(atPath: "\(root)/\($0)/case.json")
    }.sorted()
  }()

  @Test(
    "every case runs to its end; what is found is shown and mended, and the clean ones are silent",
    .enabled(if: !names.isEmpty, "the shared cases are not there"))
  func cases() async throws {
    try await onOwnThread {
      // Cases change the attributes of roles.
      let server = try TestServer.dedicated()
      for name in Self.names { try Self.check(name, on: server) }
    }
  }

  private static func check(_ name: String, on server: TestServer) throws {
    let path = try #require(SharedTestData.path("rls-cases/\(name)"))
    let json = try Data(contentsOf: URL(filePath: path + "/case.json"))
    let example = try JSONDecoder().decode(Case.self, from: json)
    let schema = try String(contentsOfFile: path + "/schema.sql", encoding: .utf8)
    var fixes = 0
    try with(schema, server) { planted in
      let report = try planted.verify(example.options)
      for table in report.tables {
        for operation in ProbedOperation.allCases {
          #expect(
            table.operations[operation] != .inconclusive,
            "\(name) \(table.name) \(operation): \(table.notes)")
        }
      }
      if example.expect == "clean" {
        #expect(report.findings.allSatisfy { $0.severity == .info }, "\(name) \(report.summary)")
        #expect(report.verdict == .isolated, "\(name)")
        return
      }
      try FindingChecks.shown(in: report, of: planted, name)
      fixes = FindingChecks.fixes(in: report).count
      try FindingChecks.fix(0, in: report, of: planted, example.options, name)
    }
    // Each fix alone, so each on a database that has all holes.
    for index in 0..<fixes where index > 0 {
      try with(schema, server) { planted in
        let report = try planted.verify(example.options)
        try FindingChecks.fix(index, in: report, of: planted, example.options, name)
      }
    }
  }

  private static func with(
    _ schema: String, _ server: TestServer, _ body: (PlantedSchema) throws -> Void
  ) throws {
    try PlantedSchema.with("", server: server) { planted in
      _ = try Psql.lines(schema, on: planted.database, stopsAtError: true)
      try body(planted)
    }
    _ = try server.withAdministrator { connection in
      try connection.execute(
        "ALTER ROLE app_user NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB")
      try connection.execute("ALTER ROLE app_user RESET ALL")
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
