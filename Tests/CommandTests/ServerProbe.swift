import Foundation
import TestSupport

@testable import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Learns of a throwaway server from a migration that writes down where it runs.
final class ServerProbe {
  private let file: String
  private var dataDirectory = ""
  private var process: Int32 = 0

  /// - Parameter sleeps: True for a migration that then goes on for a minute, false for one that
  ///   fails.
  init(_ project: Project, sleeps: Bool) throws {
    // The server may run as another user.
    try project.write("server/.keep", "")
    for (path, mode) in [(project.directory, 0o711), (project.directory + "/server", 0o777)] {
      chmod(path, mode_t(mode))
    }
    file = project.directory + "/server/data_directory"
    try project.migration(
      "1_probe",
      """
      COPY (SELECT current_setting('data_directory')) TO '\(file)';
      \(sleeps ? "SELECT pg_sleep(60)" : "SELECT 1/0");
      """)
  }

  /// True once a statement ran on it.
  var wasReached: Bool { (try? find(within: 0)) != nil }

  /// Waits until it runs the migration.
  func find(within seconds: Double = 20) throws {
    let isThere = eventually(within: seconds) {
      dataDirectory = ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
        .trimmingCharacters(in: .newlines)
      return !dataDirectory.isEmpty
    }
    guard isThere else { throw TestSupportError(message: "the server was not reached") }
    let lines = try? String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8)
    process = lines?.split(separator: "\n").first.flatMap { Int32($0) } ?? 0
  }

  /// True when neither its process nor its directory is there any more.
  var isGone: Bool {
    !dataDirectory.isEmpty && access(dataDirectory, F_OK) != 0
      && access((dataDirectory as NSString).deletingLastPathComponent, F_OK) != 0
      // A process that has ended but was not waited for does not count.
      && !Postmaster(pid: process, dataDirectory: "").isPresent
  }
}
