/// A text that equals another one only if PostgreSQL sees the same bytes.
///
/// Swift takes two spellings of an accented letter for the same text; they are two tenants.
package struct ExactText: Hashable, Sendable {
  /// The text.
  package var text: String

  /// `text`, to be compared by its bytes.
  package init(_ text: String) { self.text = text }

  /// True for the same bytes.
  package static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  /// Feeds the bytes.
  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
