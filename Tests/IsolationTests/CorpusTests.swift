import Foundation
import Isolation
import TestSupport
import Testing

@Suite("A corpus of holes and of their secure twins")
struct CorpusTests {
  @Test(
    "verify-rls finds the hole, shows it, and mends it; it is silent where there is none",
    arguments: CorpusCase.all)
  func example(_ example: CorpusCase) throws {
    let server = example.changesRoles == true ? try TestServer.dedicated() : nil
    try PlantedSchema.with("", server: server) { planted in
      _ = try Psql.lines(try example.script, on: planted.database, stopsAtError: true)
      let report = try planted.verify(example.options)
      if let reason = example.known {
        withKnownIssue("\(reason)") { judge(report, of: example) }
      } else {
        judge(report, of: example)
      }
      if example.expect == .leak {
        try FindingChecks.all(in: report, of: planted, example.options, example.id)
      }
    }
  }

  private func judge(_ report: IsolationReport, of example: CorpusCase) {
    let alarms = report.findings.filter { $0.severity != .info }
    switch example.expect {
    case .leak:
      #expect(
        alarms.contains { example.objects.contains($0.object) },
        "nothing names \(example.objects): \(report.summary)")
    case .clean:
      #expect(alarms.isEmpty, "\(report.summary)")
      #expect(report.verdict == .isolated, "\(report.tables.flatMap(\.notes))")
    }
  }

  @Test("every class of holes has a case")
  func classes() {
    let numbers = CorpusCase.all.filter { $0.expect == .leak }.map { $0.class.prefix(3) }
    #expect(Set(numbers) == Set((1...82).map { Substring($0 < 10 ? "H0\($0)" : "H\($0)") }))
  }
}

/// One case of `Corpus/cases`.
struct CorpusCase: Decodable, Sendable, CustomTestStringConvertible {
  enum Expectation: String, Decodable {
    case leak
    case clean
  }

  var id: String
  var `class`: String
  var base: String
  var expect: Expectation
  /// What a finding may name, as `schema.name`.
  var objects: [String]
  var tenantColumn: String
  var tenantSetting: String
  var tenantType: String
  /// The case alters roles, which belong to the whole server.
  var changesRoles: Bool?
  /// Why verify-rls does not do it yet.
  var known: String?

  var testDescription: String { id }

  var options: IsolationOptions {
    IsolationOptions(
      roles: ["app_user"], tenantColumn: tenantColumn, tenantSetting: tenantSetting,
      tenantType: tenantType)
  }

  /// The base and the hole, for psql.
  var script: String {
    get throws {
      try ["bases/\(base).sql", "cases/\(id)/hole.sql"].map {
        try String(contentsOfFile: Self.root + $0, encoding: .utf8)
      }.joined()
    }
  }

  /// All cases, by name; none if they cannot be read, which `classes` tells.
  static let all: [CorpusCase] = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "cases")) ?? []
    return names.sorted().compactMap { name in
      let json = FileManager.default.contents(atPath: root + "cases/\(name)/case.json")
      return json.flatMap { try? decoder.decode(CorpusCase.self, from: $0) }
    }
  }()

  private static let root = SharedTestData.packageRoot + "/Tests/IsolationTests/Corpus/"
}
