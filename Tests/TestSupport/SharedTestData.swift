#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Sample files that are shared between checkouts and are not part of the package.
package enum SharedTestData {
  /// The path of `name` under `../shared/testdata`, seen from the package; nil when it is absent.
  ///
  /// A test that needs it says that it skips, and why.
  package static func path(_ name: String) -> String? {
    let path = packageRoot + "/../shared/testdata/" + name
    return access(path, R_OK) == 0 ? path : nil
  }

  /// The directory of `Package.swift`.
  package static let packageRoot: String = {
    // …/Tests/TestSupport/SharedTestData.swift
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()
}
