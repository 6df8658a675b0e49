import Postgres
import SQLSyntax
import TestSupport
import Testing

@testable import Migrations

@Suite("Variables in migrations")
struct TemplateTests {
  private func script(
    _ text: String, _ values: [String: String] = ["schema": "app", "n": "7", "secret": "s3cret"],
    inBodies: Bool = false
  ) throws -> MigrationScript {
    try MigrationScript(
      bytes: Array(text.utf8), file: "m/1_a.up.sql",
      template: Template(values: values, inBodies: inBodies))
  }

  @Test("a variable is replaced in names, strings and numbers, and not in comments")
  func replaced() throws {
    let text = "-- ${nothing}\nSELECT '${schema}', ${n} /* ${n} */ FROM ${schema}.t"
    #expect(
      try script(text).statements.map(\.text) == ["SELECT 'app', 7 /* ${n} */ FROM app.t"])
  }

  @Test("without a template, and in bodies unless asked, it stays as it is")
  func leftAlone() throws {
    let text = "DO $a$ BEGIN PERFORM '${n}'; END $a$; SELECT '${n}'"
    let plain = try MigrationScript(bytes: Array(text.utf8), file: "m/1_a.up.sql")
    #expect(plain.statements.map(\.text).joined(separator: "; ") == text)
    #expect(try script(text).statements[0].text.contains("'${n}'"))
    #expect(try script(text).statements[1].text == "SELECT '7'")
    #expect(try script(text, inBodies: true).statements[0].text.contains("'7'"))
    #expect(try script("SELECT '${}', '${a b}', '$ {n}', '${1}'").statements.count == 1)
  }

  @Test("a name without a value is an error at its place")
  func undefined() throws {
    let error = #expect(throws: MigrationError.self) {
      try script("SELECT 1;\nSELECT '${n}', '${missing}'")
    }
    #expect(error?.code == .undefinedVariable)
    #expect(error?.place == "m/1_a.up.sql:2:17")
  }

  @Test("errors of parser and server are placed in the file, and show the file's text")
  func places() throws {
    let syntax = #expect(throws: MigrationError.self) {
      try script("SELECT '${secret}${secret}';\nSELECT ${n} FORM x y")
    }
    #expect(syntax?.place == "m/1_a.up.sql:2:18")
    try Workbench.run(["1_a.up.sql": "SELECT 1;\n  SELECT '${secret}', ${n}, nowhere"]) { bench in
      var directory = try bench.load()
      directory.template = Template(values: ["n": "1234567", "secret": "s3cret"])
      let plan = try MigrationPlan.up(directory, bench.ledger())
      #expect(!plan.description.contains("s3cret"))
      let error = #expect(throws: MigrationError.self) { try bench.apply(plan) }
      #expect(error?.line == 2)
      #expect(error?.column == 29)
      #expect(error?.statement == "SELECT '${secret}', ${n}, nowhere")
    }
  }

  @Test("a value of several statements is run, and the next one keeps its place")
  func severalStatements() throws {
    let text = "${both};\nSELECT 3;\nSELECT nowhere"
    let found = try script(text, ["both": "SELECT 1;\nSELECT 2"])
    #expect(found.statements.map(\.text) == ["SELECT 1", "SELECT 2", "SELECT 3", "SELECT nowhere"])
    #expect(found.statements.map(\.location.line) == [1, 1, 2, 3])
    #expect(found.location(ofPosition: 8, in: found.statements[3]).column == 8)
  }
}
