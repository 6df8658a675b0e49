internal import DatabaseInstrumentation

/// The newest of what was put in, up to a number.
struct RecordRing<Element> {
  private let capacity: Int
  private var elements: [Element] = []
  /// The oldest element's place once the ring is full.
  private var head = 0
  private(set) var dropped = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
    elements.reserveCapacity(self.capacity)
  }

  var count: Int { elements.count }

  mutating func append(_ element: Element) {
    if elements.count < capacity {
      elements.append(element)
    } else {
      elements[head] = element
      head = head + 1 == capacity ? 0 : head + 1
      dropped += 1
    }
  }

  /// What is in the ring, the oldest first.
  var inOrder: [Element] { head == 0 ? elements : Array(elements[head...] + elements[..<head]) }

  /// Empties it, and keeps its memory.
  mutating func clear() {
    elements.removeAll(keepingCapacity: true)
    head = 0
    dropped = 0
  }
}

extension RecordRing: Sendable where Element: Sendable {}
