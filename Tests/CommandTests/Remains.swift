import Foundation
import Postgres
import TestSupport
import Testing

/// Everything that a run could leave behind in a database and its server.
struct Remains: Equatable {
  /// The schema and the data, without where sequences stand.
  var dump: [String]
  /// Where sequences stand, by the line that sets them.
  var sequences: [String]
  /// Roles, memberships and their settings.
  var roles: [String]
  /// Sessions besides those of the test, transactions that were prepared, and locks by hand.
  var activity: String

  init(of project: Project) throws {
    let database = try #require(project.database)
    let lines = try Self.output(["pg_dump", "--inserts", "-d", database.conninfo], project)
    let isSequence = { (line: String) in line.hasPrefix("SELECT pg_catalog.setval(") }
    dump = lines.filter { !isSequence($0) }
    sequences = lines.filter(isSequence)
    roles = try Self.output(["pg_dumpall", "--roles-only", "-d", database.conninfo], project)
    activity =
      try project.query(
        """
        SELECT concat_ws(' ',
          (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND pid <> pg_backend_pid()),
          (SELECT count(*) FROM pg_prepared_xacts),
          (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
          (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
            AND pid <> pg_backend_pid() AND xact_start IS NOT NULL))
        """) ?? ""
  }

  /// The names of the sequences that stand elsewhere than in `other`.
  func moved(since other: Remains) -> [String] {
    sequences.filter { !other.sequences.contains($0) }.compactMap { line in
      line.split(separator: "'").dropFirst().first.map { String($0) }
    }.sorted()
  }

  /// True when nothing differs but sequences.
  func isLike(_ other: Remains) -> Bool {
    dump == other.dump && roles == other.roles && activity == other.activity
  }

  private static func output(_ arguments: [String], _ project: Project) throws -> [String] {
    let outcome = try Tool.start(
      arguments, program: "/usr/bin/env", directory: project.directory
    ).wait()
    try #require(outcome.status == 0, "\(outcome)")
    // Newer versions bracket their output with a random key.
    return outcome.stdout.split(separator: "\n").map { String($0) }.filter {
      !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict")
    }
  }
}
