import Testing

/// What `body` gives, which must not take long: 10,000 findings take about a second without any
/// optimization, and a machine that does much else has ten.
func timed<Result>(_ body: () throws -> Result) rethrows -> Result {
  let clock = ContinuousClock()
  let start = clock.now
  let result = try body()
  #expect(clock.now - start < .seconds(10))
  return result
}
