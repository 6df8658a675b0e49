import Foundation
import Isolation

@testable import dbtool

extension FuzzTarget {
  /// A configuration is read, or refused as the user's mistake.
  static let configuration = FuzzTarget(name: "configuration") { input in
    let file = NSTemporaryDirectory() + "/dbtool-fuzz-\(getpid()).yaml"
    try Data(input).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    do {
      let configuration = try ConfigurationFile.load(file)
      try hold(
        configuration.suppressions.allSatisfy { !$0.reason.isEmpty },
        "a finding is suppressed without a reason")
      try hold(
        configuration.tenancy.exempt.values.allSatisfy { !$0.isEmpty },
        "a table is exempt without a reason")
    } catch {
      try hold(
        Failure(error).status == .usage, "\(error) is not said to be a mistake of the file's")
    }
  }
}
