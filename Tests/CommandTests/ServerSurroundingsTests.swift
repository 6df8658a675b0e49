import TestSupport
import Testing

@Suite("What servers of dbtool get of it", .besideOthers)
struct ServerSurroundingsTests {
  /// A migration that fails unless a program, run by the server, prints what is expected.
  private func check(_ command: String, _ condition: String) -> String {
    """
    CREATE TABLE said (line text);
    COPY said FROM PROGRAM '\(command)' WITH (DELIMITER E'\\x01');
    DO $$ BEGIN
      IF NOT (SELECT \(condition) FROM said) THEN
        RAISE 'the program says %', (SELECT string_agg(line, '; ') FROM said);
      END IF;
    END $$;
    """
  }

  @Test("no environment: a token of CI is not among what a program of the server sees")
  func environment() throws {
    try withBareProject { project in
      try project.migration(
        "1_look", check("env", "bool_and(line !~ 'hunter2') AND bool_or(line ~ '^PATH=')"))
      let outcome = try project.run(
        "migrate", "up", "--url", "ephemeral:",
        environment: ["GITHUB_TOKEN": "hunter2", "PGPASSWORD": "hunter2", "PATH": path])
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  private var path: String { "/usr/local/bin:/usr/bin:/bin" }

  @Test("no core files, of it or of its servers")
  func coreFiles() throws {
    try withBareProject { project in
      try project.migration("1_look", check("ulimit -c; ulimit -Hc", "bool_and(line = '0')"))
      let outcome = try project.shell(
        "ulimit -c unlimited 2>/dev/null; exec \"$dbtool\" migrate up --url ephemeral:")
      #expect(outcome.status == 0, "\(outcome)")
    }
  }
}
