/// What is used in a month.
package struct Usage: Sendable, Equatable {
  /// A value that nobody gave.
  package struct Assumption: Sendable, Equatable {
    /// What it is of.
    package var item: UsageItem
    /// What was taken.
    package var value: Spread
    /// Why, as a part of a sentence.
    package var reason: String
  }

  private var values: [UsageItem: Spread] = [:]
  /// What was not given and can only be guessed.
  package private(set) var assumptions: [Assumption] = []

  /// What was given, and what can be said of the rest.
  ///
  /// - Throws: `UsageRefusal` for values that cannot be in what was built.
  package init(_ given: [UsageItem: Spread], in built: Deployment) throws(UsageRefusal) {
    for item in UsageItem.allCases {
      if let value = given[item] {
        try Self.check(value, item, in: built.first)
        values[item] = value
      } else {
        let guess = UsageGuess(item, in: built, values)
        values[item] = guess.value
        if let reason = guess.reason {
          assumptions.append(Assumption(item: item, value: guess.value, reason: reason))
        }
      }
    }
  }

  /// How much of something is used.
  package subscript(_ item: UsageItem) -> Spread {
    // Every one is there, from `init`.
    values[item, default: Spread(.nan)]
  }

  /// - Throws: `UsageRefusal` for a value that makes no sense by itself.
  package static func check(_ value: Spread, _ item: UsageItem) throws(UsageRefusal) {
    let all = [value.low, value.expected, value.high]
    // NaN is in no range.
    guard all.allSatisfy({ item.range.contains($0) }) else {
      throw UsageRefusal(
        item,
        "must be from \(Figure.text(item.range.lowerBound)) to "
          + Figure.text(item.range.upperBound))
    }
    guard !item.isWhole || all.allSatisfy({ $0.rounded() == $0 }) else {
      throw UsageRefusal(item, "must be a whole number")
    }
    guard value.isOrdered else {
      throw UsageRefusal(item, "must not be lower in a dearer month: low, expected, high")
    }
  }

  private static func check(
    _ value: Spread, _ item: UsageItem, in shape: StackShape
  ) throws(UsageRefusal) {
    try check(value, item)
    switch item {
    case .acu, .readerACU:
      guard value.low >= shape.awakeMinimum else {
        throw UsageRefusal(
          item,
          "cannot be less than \(Figure.text(shape.awakeMinimum)), which an instance that "
            + "is awake has at least")
      }
      guard value.high <= shape.maximumCapacity else {
        throw UsageRefusal(
          item, "cannot be more than the greatest capacity, \(Figure.text(shape.maximumCapacity))")
      }
    case .awake where shape.pauseAfterMinutes == nil:
      guard value.low == 1 else {
        throw UsageRefusal(item, "must be 1: the cluster is not built to pause")
      }
    case .replicatedWriteMillions where !shape.isGlobal:
      guard value.high == 0 else {
        throw UsageRefusal(item, "must be 0: there is no second region")
      }
    default: break
    }
  }
}

/// Why a value cannot be what is used.
package struct UsageRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// What the value is of.
  package var item: UsageItem
  /// What is wrong, as the rest of a sentence that begins with the item's name.
  package var problem: String

  init(_ item: UsageItem, _ problem: String) {
    self.item = item
    self.problem = problem
  }

  /// A sentence.
  package var description: String { "\(item.rawValue) \(problem)" }
}
