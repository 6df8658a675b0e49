import Isolation
import Postgres
import TestSupport
import Testing

@Suite("Ways in beside the tables")
struct BesideTests {
  @Test("what is computed from another tenant's rows is found", arguments: WayIn.throughComputing)
  func computing(_ way: WayIn) throws { try check(way) }

  @Test("a function is called with arguments that fit", arguments: WayIn.throughArguments)
  func arguments(_ way: WayIn) throws { try check(way) }

  @Test("a view is written through and looked through", arguments: WayIn.throughViews)
  func views(_ way: WayIn) throws { try check(way) }

  @Test("what happens elsewhere is found", arguments: WayIn.throughEffects)
  func effects(_ way: WayIn) throws { try check(way) }

  /// The finding is there, its script runs to its end, and its mending closes the hole.
  private func check(_ way: WayIn) throws {
    try PlantedSchema.with(hole: way.sql) { schema in
      let before = try schema.fingerprint()
      let report = try schema.verify()
      let found = report.findings.filter { $0.rule == way.rule && $0.object == way.object }
      try #require(!found.isEmpty, "\(report.summary)")
      for finding in found {
        #expect(finding.severity == way.severity)
        let lines = try Psql.lines(finding.reproduce, on: schema.database, stopsAtError: true)
        #expect(!lines.isEmpty, "\(finding.reproduce)")
      }
      #expect(try schema.fingerprint() == before)
      for finding in found where !finding.fix.hasPrefix("--") { try schema.run(finding.fix) }
      guard found.allSatisfy({ !$0.fix.hasPrefix("--") }) else { return }
      let mended = try schema.verify()
      #expect(
        !mended.findings.contains { $0.rule == way.rule && $0.object == way.object },
        "\(found.map(\.fix)) \(mended.summary)")
    }
  }

  @Test("what is built well is no finding", arguments: WayIn.wellBuilt)
  func wellBuilt(_ schema: WellBuilt) throws { try FindingChecks.isSilent(about: schema.sql) }
}
