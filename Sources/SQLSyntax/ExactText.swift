#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A text that equals another one only if PostgreSQL sees the same bytes.
///
/// Swift takes two spellings of an accented letter for the same text; they are two tenants.
package struct ExactText: Hashable, Sendable {
  /// The text.
  package var text: String

  /// `text`, to be compared by its bytes.
  package init(_ text: String) { self.text = text }

  /// True for the same bytes; in no time for the same text in memory.
  package static func == (left: ExactText, right: ExactText) -> Bool {
    let (left, right) = (left.text.utf8, right.text.utf8)
    let isEqual = left.withContiguousStorageIfAvailable { left in
      right.withContiguousStorageIfAvailable { right in
        guard left.count == right.count else { return false }
        guard let one = left.baseAddress, let other = right.baseAddress else { return true }
        return one == other || memcmp(one, other, left.count) == 0
      }
    }
    return (isEqual ?? nil) ?? left.elementsEqual(right)
  }

  /// Feeds the bytes.
  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
