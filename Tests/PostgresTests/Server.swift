import Postgres
import TestSupport

/// Runs `body` with a session to a database of its own, and a second session to look on.
func withSessions(
  _ body: (_ connection: LibPQConnection, _ observer: LibPQConnection) throws -> Void
) throws {
  try TestServer.shared.withDatabase { observer, database in
    let connection = try database.connect()
    defer { connection.close() }
    try body(connection, observer)
  }
}

/// Texts that break what is careless with quotes, escapes and bytes.
let nastyTexts = [
  "", " ", "a", "NULL", "null", "Null", "\"", "\"\"", "'", "''", "\\", "\\\\", "\\'", "\\\"", ",",
  "{", "}", "{}", "{a,b}", "a,b", " a ", "\n", "\r\n", "\t", "a\u{301}", "'\u{301}", "\"\u{301}",
  "\\\u{301}", ",\u{301}", "é", "🏨", "👩‍👩‍👧", "$1", "$$", "%s", ";", "--", "/*", "*/", "e'", "U&'",
  "\u{1}", "\u{7F}", "\u{FEFF}", "\u{2028}", String(repeating: "x", count: 70_000),
]
