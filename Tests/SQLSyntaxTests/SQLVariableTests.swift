import SQLSyntax
import Testing

@Suite("Variables in SQL text")
struct SQLVariableTests {
  private func places(_ sql: String) throws -> [String] {
    try SQLVariable.all(in: sql).map { variable in
      switch variable.place {
      case .constant(let range, let isEscape):
        let text = String(decoding: Array(sql.utf8)[range], as: UTF8.self)
        return (isEscape ? "escape " : "constant ") + text
      default: return "\(variable.place)"
      }
    }
  }

  @Test(
    "what surrounds a variable is told",
    arguments: [
      ("SELECT ${a}", ["bare"]), ("SELECT (${a},${b})", ["bare", "bare"]),
      ("SELECT 'x ${a} ''${b}'", ["constant 'x ${a} ''${b}'", "constant 'x ${a} ''${b}'"]),
      ("SELECT e'\\'${a}'", ["escape e'\\'${a}'"]), ("SELECT 'a'\n'${b}'", ["specialConstant"]),
      ("SELECT B'${a}'", ["specialConstant"]), ("SELECT \"é${a}\"", ["identifier"]),
      ("SELECT $$${a}$$, $x$ ${b} $x$", ["body", "body"]),
      ("/* ${a} */ -- ${b}\nSELECT 1", ["comment", "comment"]),
      ("SELECT x${a}", ["glued"]), ("SELECT ${a}1", ["glued"]), ("SELECT '' ${a}", ["bare"]),
      ("SELECT '${a b}', '${1}', '$ {a}'", []), ("SELECT 'é' || ${a}", ["bare"]),
    ])
  func place(sql: String, expected: [String]) throws {
    let found = try places(sql)
    #expect(found == expected)
  }

  @Test("a variable is found where it stands, by bytes")
  func range() throws {
    let sql = "SELECT 'é', ${name}"
    let variable = try SQLVariable.all(in: sql).first
    #expect(variable?.name == "name" && variable?.range == 13..<20)
  }

  @Test("text that cannot be cut into tokens is an error")
  func unfinished() {
    #expect(throws: SyntaxError.self) { try SQLVariable.all(in: "SELECT '${a}") }
  }
}
