#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A program that could not be run.
package struct ProcessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What could not be done and why, without a full stop.
  package var description: String

  init(_ number: Int32, _ message: String) {
    description = "\(message): \(String(cString: strerror(number)))"
  }
}
