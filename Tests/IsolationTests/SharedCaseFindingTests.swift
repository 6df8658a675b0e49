import Foundation
import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Every finding in the schemas that are shared between checkouts")
struct SharedCaseFindingTests {
  private struct Case: Decodable {
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
    return (folders ?? []).filter { $0.hasPrefix("L") }.sorted()
  }()

  @Test(
    "its script shows it, and its fix mends it",
    .enabled(if: !names.isEmpty, "the shared cases are not there"))
  func findings() async throws {
    try await onOwnThread {
      // Cases change the attributes of roles.
      let server = try TestServer.dedicated()
      for name in Self.names { try Self.check(name, on: server) }
    }
  }

  private static func check(_ name: String, on server: TestServer) throws {
    let path = try #require(SharedTestData.path("rls-cases/\(name)"))
    let json = try Data(contentsOf: URL(filePath: path + "/case.json"))
    let options = try JSONDecoder().decode(Case.self, from: json).options
    let schema = try String(contentsOfFile: path + "/schema.sql", encoding: .utf8)
    var fixes = 0
    try with(schema, server) { planted in
      let report = try planted.verify(options)
      fixes = FindingChecks.fixes(in: report).count
      for finding in report.findings {
        FindingChecks.text(of: finding)
        try FindingChecks.script(of: finding, on: planted.database, name)
      }
    }
    for index in 0..<fixes {
      try with(schema, server) { planted in
        let report = try planted.verify(options)
        let all = FindingChecks.fixes(in: report)
        guard all.indices.contains(index) else { return }
        _ = try Psql.lines(all[index].sql, on: planted.database, stopsAtError: true)
        FindingChecks.mended(all[index], from: report, to: try planted.verify(options), name)
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
}
