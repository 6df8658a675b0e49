import Seeding
import Testing

@Suite("How made-up values are spread")
struct DistributionTests {
  private static let draws = 200_000

  /// How often each of `count` numbers comes.
  private func counts(_ count: Int, _ number: (UInt64) -> Int) -> [Int] {
    var generator = Numbers(state: 42)
    var counts = Array(repeating: 0, count: count)
    for _ in 0..<Self.draws { counts[number(generator.next())] += 1 }
    return counts
  }

  /// Another generator than the one that is tested.
  private struct Numbers {
    var state: UInt64

    /// xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators").
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_F491_4F6C_DD1D
    }
  }

  @Test("numbers between bounds come equally often")
  func uniform() {
    let source = NumberSource(0...36, .integer)
    let counts = counts(37) { source.number($0) }
    #expect(ChiSquared.fits(counts, weights: Array(repeating: 1, count: 37)))
  }

  @Test(
    "the k-th of Zipf comes as often as 1/k to the power of the exponent", arguments: [0.5, 1, 1.7])
  func zipf(exponent: Double) {
    let choice = WeightedChoice(weights: Zipf.weights(50, exponent: exponent))
    let counts = counts(50) { choice.pick($0) }
    let expected = (1...50).map { rank in
      // From the C library here, which is exact enough for a test.
      1 / power(Double(rank), exponent)
    }
    #expect(ChiSquared.fits(counts, weights: expected))
    #expect(!ChiSquared.fits(counts, weights: Array(repeating: 1, count: 50)))
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    var result = 1.0
    // By squaring over halves, since 0.5, 1 and 1.7 are multiples of a tenth.
    let tenth = tenthRoot(base)
    for _ in 0..<Int((exponent * 10).rounded()) { result *= tenth }
    return result
  }

  private func tenthRoot(_ value: Double) -> Double {
    var low = 1.0
    var high = value
    for _ in 0..<200 {
      let middle = (low + high) / 2
      var product = 1.0
      for _ in 0..<10 { product *= middle }
      if product < value { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  @Test("normal numbers are the mean of four")
  func normal() {
    let source = NumberSource(0...9, .integer, spread: .normal)
    let counts = counts(10) { source.number($0) }
    var weights = Array(repeating: 0.0, count: 10)
    for code in 0..<10_000 {
      weights[(code % 10 + code / 10 % 10 + code / 100 % 10 + code / 1_000) / 4] += 1
    }
    #expect(ChiSquared.fits(counts, weights: weights))
  }

  @Test("days of the season come three times as often as others")
  func season() {
    // 2025: from 2025-01-01, which is day 20089 since 1970.
    let curve = SeasonCurve(start: 20_089, days: 365, months: [6, 7, 8])
    let source = NumberSource(20_089...20_453, .date, spread: .season(curve))
    let counts = counts(365) { source.number($0) - 20_089 }
    // June begins on the 152nd day, and September on the 244th.
    let weights = (0..<365).map { (151..<243).contains($0) ? 3.0 : 1.0 }
    #expect(ChiSquared.fits(counts, weights: weights))
  }

  @Test("weights of a list are kept")
  func weights() {
    let choice = WeightedChoice(weights: [60, 30, 0, 10])
    let counts = counts(4) { choice.pick($0) }
    #expect(counts[2] == 0)
    #expect(ChiSquared.fits([counts[0], counts[1], counts[3]], weights: [60, 30, 10]))
  }

  @Test("a chi-squared test that holds for the right weights fails for others")
  func canFail() {
    let choice = WeightedChoice(weights: [51, 49])
    let counts = counts(2) { choice.pick($0) }
    #expect(ChiSquared.fits(counts, weights: [51, 49]))
    #expect(!ChiSquared.fits(counts, weights: [1, 1]))
  }

  @Test("shares are exact, whatever the weights", arguments: [0, 1, 7, 1_000, 999_983])
  func shares(total: Int) {
    for count in [1, 3, 20, 997] {
      let shares = WeightedChoice.shares(
        of: total, weights: Zipf.weights(count, exponent: 1.1))
      #expect(shares.reduce(0, +) == total)
      #expect(shares == shares.sorted(by: >))
    }
  }
}
