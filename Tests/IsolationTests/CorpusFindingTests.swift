import Isolation
import TestSupport
import Testing

@Suite("Every finding in the corpus")
struct CorpusFindingTests {
  @Test(
    "its script shows it, and all fixes together mend them",
    arguments: CorpusCase.all.filter { $0.expect == .leak })
  func findings(_ example: CorpusCase) throws {
    try check(example)
  }

  private func check(_ example: CorpusCase) throws {
    let options = IsolationOptions(
      roles: ["app_user"], tenantColumn: example.tenantColumn,
      tenantSetting: example.tenantSetting, tenantType: example.tenantType)
    try with(example) { planted in
      let before = try planted.verify(options)
      for finding in before.findings {
        FindingChecks.text(of: finding)
        try FindingChecks.script(of: finding, on: planted.database, example.id)
      }
      // One after another, as somebody runs the file that dbtool writes.
      let fixes = FindingChecks.fixes(in: before)
      let script = fixes.map(\.sql).joined(separator: "\n")
      _ = try Psql.lines(script, on: planted.database, stopsAtError: true)
      let after = try planted.verify(options)
      for fix in fixes {
        FindingChecks.mended(fix, from: before, to: after, beside: fixes, example.id)
      }
    }
  }

  private func with(_ example: CorpusCase, _ body: (PlantedSchema) throws -> Void) throws {
    let server = example.changesRoles == true ? try TestServer.dedicated() : nil
    try PlantedSchema.with("", server: server) { planted in
      _ = try Psql.lines(try example.script, on: planted.database, stopsAtError: true)
      try body(planted)
    }
  }
}
