import Costs
import OperationMetrics
import Testing

@Suite("What is used, given and guessed")
struct UsageTests {
  private func guesses(_ given: [UsageItem: Spread], in shape: StackShape) throws -> [UsageItem] {
    try Usage(given, in: Deployment(shape)).assumptions.map(\.item)
  }

  @Test("the least capacity is never taken for the mean: it is guessed, and the guess is named")
  func capacity() throws {
    var shape = StackShape()
    (shape.minimumCapacity, shape.maximumCapacity) = (1, 64)
    let usage = try Usage([:], in: Deployment(shape))
    #expect(usage[.acu] == Spread(low: 1, expected: 8, high: 64))
    #expect(usage.assumptions.first?.item == .acu)
    #expect(try !guesses([.acu: Spread(2)], in: shape).contains(.acu))
  }

  @Test("a cluster that is awake has half a unit at least, also where it may pause")
  func awakeMinimum() throws {
    var shape = StackShape()
    (shape.minimumCapacity, shape.pauseAfterMinutes) = (0, 30)
    #expect(try Usage([:], in: Deployment(shape))[.acu].low == 0.5)
    #expect(try Usage([:], in: Deployment(shape))[.awake].expected < 1)
    #expect(throws: UsageRefusal.self) { try Usage([.acu: Spread(0.25)], in: Deployment(shape)) }
  }

  @Test(
    "what cannot be otherwise is no guess: a cluster that never pauses, one region, one day of backups"
  )
  func certain() throws {
    let usage = try Usage([:], in: Deployment(StackShape()))
    #expect(usage[.awake] == Spread(1))
    #expect(usage[.replicatedWriteMillions] == Spread(0) && usage[.backupGB] == Spread(0))
    let named = Set(usage.assumptions.map(\.item))
    #expect(
      named.isDisjoint(with: [
        .awake, .replicatedWriteMillions, .backupGB, .readerACU, .rotations,
      ]))
  }

  @Test("everything that was given is taken as it is, and nothing of it is called a guess")
  func given() throws {
    var shape = StackShape()
    (shape.isGlobal, shape.backupDays, shape.readers) = (true, 7, 1)
    var all: [UsageItem: Spread] = [:]
    for item in UsageItem.allCases { all[item] = Spread(1) }
    let usage = try Usage(all, in: Deployment(shape))
    #expect(usage.assumptions.isEmpty)
    #expect(UsageItem.allCases.allSatisfy { usage[$0] == Spread(1) })
  }

  @Test("guesses follow what was given: I/O the requests, backups the storage and the days")
  func following() throws {
    var shape = StackShape()
    shape.backupDays = 11
    let usage = try Usage(
      [.requestMillions: Spread(100), .storageGB: Spread(50)], in: Deployment(shape))
    #expect(usage[.ioMillions] == Spread(low: 10, expected: 100, high: 500))
    #expect(abs(usage[.backupGB].expected - 15) < 1e-9)
  }

  @Test(
    "every guess is ordered, in range and accepted when somebody says it", arguments: [0, 1, 35])
  func guessesAreGood(readers: Int) throws {
    var shape = StackShape()
    (shape.readers, shape.backupDays) = (min(readers, 15), max(1, readers))
    shape.isGlobal = readers > 0
    let usage = try Usage([:], in: Deployment(shape))
    for item in UsageItem.allCases {
      #expect(throws: Never.self, "\(item)") { try Usage.check(usage[item], item) }
    }
    var said: [UsageItem: Spread] = [:]
    for item in UsageItem.allCases { said[item] = usage[item] }
    #expect(throws: Never.self) { try Usage(said, in: Deployment(shape)) }
  }

  @Test(
    "what makes no sense is refused, with the name of what it is of",
    arguments: [
      (UsageItem.acu, Spread(-1)), (.acu, Spread(.nan)), (.acu, Spread(1e308)),
      (.acu, Spread(.infinity)), (.acu, Spread(low: 2, expected: 1, high: 3)), (.acu, Spread(0)),
      (.acu, Spread(5)), (.awake, Spread(1.01)), (.awake, Spread(0.5)), (.tenants, Spread(2.5)),
      (.storageGB, Spread(low: 1, expected: .nan, high: 2)), (.processes, Spread(0)),
      (.replicatedWriteMillions, Spread(1)), (.requestKB, Spread(5_121)),
      (.ioMillions, Spread(low: -0.1, expected: 1, high: 2)),
    ])
  func refused(item: UsageItem, value: Spread) throws {
    let error = #expect(throws: UsageRefusal.self) {
      try Usage([item: value], in: Deployment(StackShape()))
    }
    #expect(error?.item == item)
    #expect(error?.description.hasPrefix(item.rawValue + " ") == true)
  }

  @Test("the greatest values that are accepted make an amount that can be written")
  func greatest() throws {
    var shape = StackShape()
    (shape.maximumCapacity, shape.readers, shape.isGlobal) = (256, 15, true)
    (shape.backupDays, shape.natGateways, shape.alarms) = (35, 1_000, 100_000)
    var all: [UsageItem: Spread] = [:]
    for item in UsageItem.allCases { all[item] = Spread(item.range.upperBound) }
    let prices = Samples.prices(Samples.values.mapValues { _ in 10_000 })
    let built = Deployment(shape, second: shape)
    let estimate = CostEstimate(built, try Usage(all, in: built), prices, .init(.init(.full)))
    #expect(!Figure.dollars(estimate.total.high).isEmpty)
  }
}
