#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The environment of the process.
enum Environment {
  static var current: [String: String] { ProcessInfo.processInfo.environment }
}
