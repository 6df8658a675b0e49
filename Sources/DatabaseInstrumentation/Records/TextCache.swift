internal import SQLSyntax

/// What is known of texts that come again and again; long ones, and too many, are not kept.
struct TextCache<Value> {
  private static var mostTexts: Int { 1_000 }
  private static var longestText: Int { 8_192 }

  private var known: [ExactText: Value] = [:]

  subscript(text: String) -> Value? { known[ExactText(text)] }

  mutating func keep(_ value: Value, for text: String) {
    guard text.utf8.count <= Self.longestText else { return }
    if known.count >= Self.mostTexts { known.removeAll(keepingCapacity: true) }
    known[ExactText(text)] = value
  }
}

extension TextCache: Sendable where Value: Sendable {}
