import Foundation
import Isolation
import TestSupport
import Testing

@Suite("Schemas of real applications")
struct RealSchemaTests {
  @Test("are judged as their README says, and so are single changes of them", arguments: names)
  func example(name: String) throws {
    let folder = Self.root + name
    let json = try #require(FileManager.default.contents(atPath: folder + "/expected.json"))
    let expected = try JSONDecoder().decode(Expected.self, from: json)
    let schema = try String(contentsOfFile: folder + "/schema.sql", encoding: .utf8)
    // The schema makes its own roles.
    let server = try TestServer.dedicated()
    let variants =
      [Variant(verdict: expected.verdict, tables: expected.tables, findings: expected.findings)]
      + expected.variants
    for variant in variants {
      try PlantedSchema.with("", server: server) { planted in
        let script = schema + "\n" + (variant.sql.map { $0 + ";" } ?? "")
        _ = try Psql.lines(script, on: planted.database, stopsAtError: true)
        let report = try planted.verify(
          .init(
            roles: [expected.role], tenantColumn: expected.tenantColumn,
            tenantSetting: expected.tenantSetting))
        #expect(report.verdict == variant.verdict, "\(report.tables)")
        for (name, table) in variant.tables {
          let found = report.tables.first { $0.name == name }
          #expect(found?.tenancy == table.tenancy)
          #expect(
            found?.operations == .init(table.select, table.insert, table.update, table.delete))
        }
        let alarms = report.findings.filter { $0.severity != .info }
        #expect(
          alarms.map { [$0.rule, $0.object, $0.operation, $0.severity.rawValue] }
            == variant.findings.map { [$0.rule, $0.object, $0.operation, $0.severity] },
          "\(report.summary)")
      }
    }
  }

  private struct Expected: Decodable {
    var role: String
    var tenantColumn: String
    var tenantSetting: String
    var verdict: OverallVerdict
    var tables: [String: Table]
    var findings: [Alarm]
    var variants: [Variant]
  }

  private struct Variant: Decodable {
    var sql: String?
    var verdict: OverallVerdict
    var tables: [String: Table]
    var findings: [Alarm]
  }

  private struct Table: Decodable {
    var tenancy: String
    var select: OperationVerdict
    var insert: OperationVerdict
    var update: OperationVerdict
    var delete: OperationVerdict
  }

  private struct Alarm: Decodable {
    var rule: String
    var object: String
    var operation: String
    var severity: String
  }

  private static let root = SharedTestData.packageRoot + "/Tests/IsolationTests/RealSchemas/"

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
}
