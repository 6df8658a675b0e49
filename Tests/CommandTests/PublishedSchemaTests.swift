import Foundation
import TestSupport
import Testing

@Suite(
  "Published schemas of what commands print", .besideOthers,
  .enabled(
    if: PythonClients.has(["jsonschema"]),
    "there is no Python environment with jsonschema; make test makes one"))
struct PublishedSchemaTests {
  private struct Answer: Decodable, Equatable {
    var changes: Int
    var passed: [String]
  }

  /// Holds JSON against a schema, and everything that can be changed about it.
  private func judged(_ output: String, by schema: String) throws -> Answer {
    try withTemporaryDirectory { folder in
      let file = "\(folder)/output.json"
      try Data(output.utf8).write(to: URL(filePath: file))
      let root = SharedTestData.packageRoot
      let (isGood, said) = try PythonClients.run(
        "\(root)/Tests/ReportsTests/Validators/json_schema.py",
        ["\(root)/docs/schemas/\(schema).schema.json", file, "--changed"])
      guard isGood else { throw TestSupportError(message: String(said.suffix(2_000))) }
      return try JSONDecoder().decode(Answer.self, from: Data(said.utf8))
    }
  }

  @Test("dbtool lint keeps to dbtool.lint/1, which allows no member more and none less")
  func lint() throws {
    try withExample { project in
      try project.migration(
        "20990101000000_allowed.up.sql",
        "-- dbtool: allow=drop-table reason=unused\nDROP TABLE public.payments;")
      let outcome = try project.run("lint", "--format", "json")
      let answer = try judged(outcome.stdout, by: "dbtool.lint-1")
      #expect(answer.changes > 50)
      #expect(Set(answer.passed).isSubset(of: ["findings: without allowedBecause"]))
      #expect(outcome.stdout.contains("allowedBecause"))
    }
  }

  @Test("dbtool verify-rls keeps to dbtool.verify-rls/1, with all that it can be asked for")
  func verify() throws {
    try withExample { project in
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply").status == 0)
      try project.execute(
        """
        CREATE POLICY wide ON public.rooms TO app_user USING (true);
        ALTER TABLE public.bookings NO FORCE ROW LEVEL SECURITY;
        """)
      let asked = try project.run(
        "verify-rls", "--format", "json", "--mutate", "--performance", "--tables", "public.rooms")
      #expect(asked.status == 1)
      let answer = try judged(asked.stdout, by: "dbtool.verify-rls-1")
      #expect(answer.changes > 200)
      let optional = [
        ": without performance", "mutants: without equivalent", "mutants: without kills",
        "mutants: without notMade", "mutants: without seconds",
        "mutants.equivalent: without reason", "mutants.notMade: without reason",
        "mutants.survived: without reason", "tables: without partitionOf",
        "tables: without through", "tables.through: without parent", "tables: without tried",
      ]
      let others = answer.passed.filter {
        !optional.contains($0) && !$0.hasPrefix("tables.operationsByRole: without ")
      }
      #expect(others.isEmpty)
      let live = try project.run("verify-rls", "--format", "json", "--live")
      let passed = try judged(live.stdout, by: "dbtool.verify-rls-1").passed
      #expect(passed.contains(": without live"))
    }
  }

  @Test("dbtool cost keeps to dbtool.cost/1, whoever says what was built and is used")
  func cost() throws {
    try withBareProject { project in
      try project.write(
        "dbtool.yaml",
        """
        environments:
          prod:
            cost:
              acu: 2
              shape: {region: eu-west-1, global-database: true, secrets: 3}
              second-shape: {region: eu-central-1, secrets: 2}
        """)
      let said = try project.run("cost", "--env", "prod", "--format", "json")
      let answer = try judged(said.stdout, by: "dbtool.cost-1")
      #expect(answer.changes > 50)
      let optional = [
        ": without environment", "storage: without breakEvenIOMillions",
        "usage: without guessedBecause",
      ]
      #expect(Set(answer.passed) == Set(optional))
      _ = try judged(
        project.run("cost", "--acu", "1", "--format", "json").stdout, by: "dbtool.cost-1")
    }
  }

  @Test("the schemas that are published are schemas")
  func schemas() throws {
    let folder = "\(SharedTestData.packageRoot)/docs/schemas"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(
      names == [
        "dbtool.cost-1.schema.json", "dbtool.gate-1.schema.json", "dbtool.lint-1.schema.json",
        "dbtool.verify-rls-1.schema.json",
      ])
    for name in names {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      #expect(text.contains("\"additionalProperties\": false"))
      // An empty object is none of them.
      let answer = try? judged("{}", by: String(name.dropLast(".schema.json".count)))
      #expect(answer == nil)
    }
  }
}
