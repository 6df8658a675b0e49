import Costs
import OperationMetrics
import Testing

@Suite("Estimates of costs")
struct EstimateTests {
  @Test("the total is the sum of its parts, in each kind of month")
  func sum() throws {
    var shape = StackShape()
    (shape.readers, shape.secrets, shape.isGlobal) = (2, 3, true)
    let built = Deployment(shape, second: Samples.second())
    let estimate = CostEstimate(
      built, try Usage([:], in: built), Samples.prices(), .init(MetricLayout()))
    #expect(estimate.lines.count > 8)
    for path in [\Spread.low, \.expected, \.high] {
      let sum = estimate.lines.reduce(0) { $0 + $1.dollars[keyPath: path] }
      #expect(isNear(estimate.total[keyPath: path], sum))
    }
    #expect(estimate.lines.allSatisfy { $0.dollars.isOrdered })
    #expect(estimate.total.low < estimate.total.expected)
    #expect(estimate.total.expected < estimate.total.high)
  }

  @Test("each reader costs as much as its capacity, and in a second region each instance")
  func instances() throws {
    let estimate = try Samples.estimate(
      [.acu: 2, .readerACU: 1, .storageGB: 10, .backupGB: 100], second: Samples.second(2)
    ) { ($0.readers, $0.isGlobal) = (2, true) }
    #expect(isNear(estimate.expected("capacity of the writer"), 2 * 87.60))
    #expect(isNear(estimate.expected("capacity of readers"), 2 * 87.60))
    #expect(isNear(estimate.expected("capacity in eu-central-1"), 3 * 87.60))
    #expect(isNear(estimate.expected("storage"), 1))
    #expect(isNear(estimate.expected("storage in eu-central-1"), 1))
    #expect(isNear(estimate.expected("backups"), 4.20))
  }

  @Test("a paused cluster pays for no capacity, but for its storage")
  func pause() throws {
    let estimate = try Samples.estimate([.acu: 1, .awake: 0.25, .storageGB: 10]) {
      ($0.minimumCapacity, $0.pauseAfterMinutes, $0.insights) = (0, 30, .advanced)
    }
    #expect(isNear(estimate.expected("capacity of the writer"), 21.90))
    #expect(isNear(estimate.expected("Database Insights"), 0.25 * 730 * 0.003125))
    #expect(isNear(estimate.expected("storage"), 1))
    #expect(estimate.lines[0].formula.contains("0.25 awake"))
  }

  @Test(
    "requests of the Data API count once for each 32 KB that they begin",
    arguments: [
      (1.0, 0.0, 0.35), (1, 1, 0.35), (1, 32, 0.35), (1, 32.5, 0.70), (1, 64, 0.70), (1, 65, 1.05),
      (1_000, 8, 350), (1_001, 8, 350.20), (600, 40, 390),
    ])
  func dataAPI(millions: Double, kilobytes: Double, dollars: Double) throws {
    let estimate = try Samples.estimate([.requestMillions: millions, .requestKB: kilobytes]) { _ in
    }
    #expect(isNear(estimate.expected("Data API"), dollars))
  }

  @Test("writes that are copied to a second region are paid for with either storage")
  func replicated() throws {
    for storage in StackShape.Storage.allCases {
      let estimate = try Samples.estimate(
        [.replicatedWriteMillions: 50, .ioMillions: 100], second: Samples.second()
      ) { ($0.isGlobal, $0.storage) = (true, storage) }
      #expect(isNear(estimate.expected("writes copied to eu-central-1"), 10))
      #expect((estimate.expected("I/O") == nil) == (storage == .ioOptimized))
    }
  }

  @Test("Database Insights costs something where it is advanced, by the capacity of all instances")
  func insights() throws {
    let advanced = try Samples.estimate([.acu: 4]) { ($0.readers, $0.insights) = (1, .advanced) }
    #expect(isNear(advanced.expected("Database Insights"), 8 * 730 * 0.003125))
    let far = Samples.second(1) { $0.insights = .advanced }
    let second = try Samples.estimate([.acu: 4], second: far) { $0.isGlobal = true }
    #expect(isNear(second.expected("Database Insights"), 8 * 730 * 0.003125))
    #expect(try Samples.estimate([.acu: 4]) { _ in }.expected("Database Insights") == nil)
  }

  @Test(
    "metrics cost what they cost alone, by requests or by log events, and nothing without tenants")
  func metrics() throws {
    var load = MetricCost.Load(tenants: 20, operations: 3_000_000)
    load.processes = 2
    let layout = MetricLayout(.full)
    let alone = MetricCost(load, layout, Samples.prices().metrics)
    func estimate(tenants: Double, isEmbedded: Bool) throws -> Double? {
      try Samples.estimate(
        [.tenants: tenants, .requestMillions: 3, .processes: 2],
        metrics: .init(layout, isEmbedded: isEmbedded)
      ) { _ in }.expected("metrics")
    }
    #expect(isNear(try estimate(tenants: 20, isEmbedded: false), alone.total))
    #expect(isNear(try estimate(tenants: 20, isEmbedded: true), alone.embeddedTotal))
    #expect(try estimate(tenants: 0, isEmbedded: false) == nil)
  }

  @Test(
    "with as many I/Os as the break-even both storages cost the same; more make the other cheaper")
  func breakEven() throws {
    func estimate(_ io: Double) throws -> StorageChoice {
      try Samples.estimate([.acu: 4, .storageGB: 200, .ioMillions: io]) { $0.readers = 1 }.storage
    }
    let even = try estimate(0).breakEven
    // 8 ACUs are 210.24 dearer and 200 GB are 25: at 0.20 a million.
    #expect(isNear(even, (8 * 730 * 0.036 + 200 * 0.125) / 0.20))
    let same = try estimate(even)
    #expect(isNear(same.standard, same.optimized))
    #expect(try estimate(even * 0.99).cheaper == .standard)
    #expect(try estimate(even * 1.01).cheaper == .ioOptimized)
  }

  @Test(
    "where I/O is free, or nearly, there is no break-even, and Standard is the cheaper storage",
    arguments: [0, .leastNonzeroMagnitude, 1e-18])
  func freeIO(_ price: Double) throws {
    let estimate = try Samples.estimate(
      [.ioMillions: 1_000], prices: Samples.prices([.io: price])
    ) { _ in }
    #expect(estimate.storage.breakEven == .infinity)
    #expect(estimate.storage.cheaper == .standard)
  }

  @Test(
    "what is built in the second region is added; where nobody says what is there, that is told")
  func regions() throws {
    func build(_ shape: inout StackShape) {
      (shape.secrets, shape.keys, shape.alarms, shape.dashboards) = (3, 1, 7, 1)
      (shape.interfaceEndpoints, shape.natGateways, shape.isGlobal) = (2, 1, true)
    }
    let one = try Samples.estimate([:], shape: build)
    let second = Samples.second {
      build(&$0)
      ($0.secrets, $0.availabilityZones) = (2, 3)
    }
    let two = try Samples.estimate([:], second: second, shape: build)
    #expect(isNear(one.expected("secrets"), 1.20) && isNear(two.expected("secrets"), 2))
    #expect(isNear(one.expected("interface endpoints"), 4 * 7.30))
    #expect(isNear(two.expected("interface endpoints"), 10 * 7.30))
    for name in ["keys", "alarms", "dashboards", "NAT gateways"] {
      let single = try #require(one.expected(name))
      #expect(isNear(two.expected(name), 2 * single), "\(name)")
    }
    #expect(one.omissions.contains { $0.contains("nobody says what is there") })
    #expect(two.omissions.contains { $0.contains("of the second region") })
    #expect(try Samples.estimate([:]) { _ in }.omissions.count == one.omissions.count - 1)
  }

  @Test(
    "every price is asked for: a change of each changes some total", arguments: PriceItem.allCases)
  func everyPrice(item: PriceItem) throws {
    func total(_ storage: StackShape.Storage, _ change: Double) throws -> Double {
      try Samples.estimate(
        [
          .storageGB: 1, .ioMillions: 1, .replicatedWriteMillions: 1, .backupGB: 1, .logGB: 1,
          .rotations: 1,
        ],
        prices: Samples.prices([item: Samples.values[item, default: 0] + change])
      ) {
        ($0.isGlobal, $0.storage, $0.insights) = (true, storage, .advanced)
        ($0.secrets, $0.keys, $0.alarms, $0.dashboards) = (1, 1, 1, 1)
        ($0.interfaceEndpoints, $0.natGateways) = (1, 1)
      }.total.expected
    }
    let differ = try StackShape.Storage.allCases.contains { try total($0, 1) > total($0, 0) }
    #expect(differ)
    #expect(item.rawValue == "\(item.section.rawValue).\(item.key)")
  }
}
