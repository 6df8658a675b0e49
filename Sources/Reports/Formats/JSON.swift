#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// JSON as dbtool writes it: indented, keys in order, slashes as they are.
package enum JSON {
  /// A value as text, without a line break at its end.
  package static func text(_ value: some Encodable) -> String {
    encoded(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// A value as text on one line.
  package static func line(_ value: some Encodable) -> String {
    encoded(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func encoded(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      // Only a number that is not finite could do this, and dbtool makes none.
      return #"{"error": {"message": "the result cannot be written as JSON"}}"#
    }
  }
}
