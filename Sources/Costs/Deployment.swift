/// What was built, in one region or in two.
package struct Deployment: Sendable, Equatable {
  /// The region that writes.
  package var first: StackShape
  /// The region that follows it in a global database; nil where there is none, or nobody says what is there.
  package var second: StackShape?

  /// What was built in a region, and in one that follows it.
  package init(_ first: StackShape, second: StackShape? = nil) {
    self.first = first
    self.second = second
  }

  /// What was built in each region.
  package var regions: [StackShape] { [first] + (second.map { [$0] } ?? []) }

  /// What the second region is called.
  var secondName: String { second?.region ?? "the second region" }

  /// Behind a number of things that regions have together.
  var inRegions: String { second == nil ? "" : " in 2 regions" }
}
