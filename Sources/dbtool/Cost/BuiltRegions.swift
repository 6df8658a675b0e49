import Costs

/// What was built in each region, and who says so.
struct BuiltRegions {
  /// In the region that writes.
  var first: BuiltShape
  /// In the region that follows it, where somebody says what is there.
  var second: BuiltShape?

  /// What somebody says of each region.
  ///
  /// - Throws: `UsageError` for a second region of what is no global database.
  init(_ first: BuiltShape, second: BuiltShape? = nil) throws {
    guard second == nil || first.given.shape.isGlobal else {
      throw UsageError(
        "there is no second region: \(first.source ?? "what was built") is no global database")
    }
    self.first = first
    self.second = second
  }

  /// What was built.
  var deployment: Deployment { Deployment(first.given.shape, second: second?.given.shape) }

  /// The regions that are known.
  var names: [String] { deployment.regions.compactMap(\.region) }

  /// Who says what was built.
  var sources: [String] { [first.source, second?.source].compactMap(\.self) }

  /// What was not said, with what was taken.
  var unsaid: [String] {
    first.given.unsaid + (second?.given.unsaid ?? []).map { "\($0) in the second region" }
  }
}
