import Costs
import OperationMetrics
import Testing

@Suite("Estimates of costs")
struct EstimateTests {
  @Test("the total is the sum of its parts, in each kind of month")
  func sum() throws {
    var shape = StackShape()
    (shape.readers, shape.secrets, shape.secondaryRegion) = (2, 3, "eu-central-1")
    let estimate = CostEstimate(
      shape, try Usage([:], in: shape), Samples.prices(), .init(MetricLayout()))
    #expect(estimate.lines.count > 8)
    for path in [\Spread.low, \.expected, \.high] {
      let sum = estimate.lines.reduce(0) { $0 + $1.dollars[keyPath: path] }
      #expect(isNear(estimate.total[keyPath: path], sum))
    }
    #expect(estimate.lines.allSatisfy { $0.dollars.isOrdered })
    #expect(estimate.total.low < estimate.total.expected)
    #expect(estimate.total.expected < estimate.total.high)
  }

  @Test("each reader costs as much as its capacity, and a second region as all instances together")
  func instances() throws {
    let estimate = try Samples.estimate([.acu: 2, .readerACU: 1, .storageGB: 10]) {
      ($0.readers, $0.secondaryRegion) = (2, "eu-central-1")
    }
    #expect(isNear(estimate.expected("capacity of the writer"), 2 * 87.60))
    #expect(isNear(estimate.expected("capacity of readers"), 2 * 87.60))
    #expect(isNear(estimate.expected("capacity in eu-central-1"), 3 * 87.60))
    #expect(isNear(estimate.expected("storage"), 2))
  }

  @Test("a paused cluster pays for no capacity, but for its storage")
  func pause() throws {
    let estimate = try Samples.estimate([.acu: 1, .awake: 0.25, .storageGB: 10]) {
      ($0.minimumCapacity, $0.pauseAfterMinutes) = (0, 30)
    }
    #expect(isNear(estimate.expected("capacity of the writer"), 21.90))
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
      let estimate = try Samples.estimate([.replicatedWriteMillions: 50, .ioMillions: 100]) {
        ($0.secondaryRegion, $0.storage) = ("eu-central-1", storage)
      }
      #expect(isNear(estimate.expected("writes copied to eu-central-1"), 10))
      #expect((estimate.expected("I/O") == nil) == (storage == .ioOptimized))
    }
  }

  @Test("Database Insights costs something where it is advanced, by the capacity of all instances")
  func insights() throws {
    let advanced = try Samples.estimate([.acu: 4]) { ($0.readers, $0.insights) = (1, .advanced) }
    #expect(isNear(advanced.expected("Database Insights"), 8 * 730 * 0.003125))
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

  @Test("where I/O is free there is no break-even, and Standard is the cheaper storage")
  func freeIO() throws {
    let estimate = try Samples.estimate([.ioMillions: 1_000], prices: Samples.prices([.io: 0])) {
      _ in
    }
    #expect(estimate.storage.breakEven == .infinity)
    #expect(estimate.storage.cheaper == .standard)
  }

  @Test("the second region doubles what is built in each, and is named among what is left out")
  func regions() throws {
    func estimate(_ second: String?) throws -> CostEstimate {
      try Samples.estimate([:]) {
        ($0.secrets, $0.keys, $0.alarms, $0.dashboards) = (3, 1, 7, 1)
        ($0.interfaceEndpoints, $0.natGateways, $0.secondaryRegion) = (2, 1, second)
      }
    }
    let (one, two) = (try estimate(nil), try estimate("eu-central-1"))
    for name in [
      "secrets", "keys", "alarms", "dashboards", "interface endpoints", "NAT gateways",
    ] {
      let single = try #require(one.expected(name))
      #expect(isNear(two.expected(name), 2 * single), "\(name)")
    }
    #expect(two.omissions.count == one.omissions.count + 1)
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
        ($0.secondaryRegion, $0.storage, $0.insights) = ("eu-central-1", storage, .advanced)
        ($0.secrets, $0.keys, $0.alarms, $0.dashboards) = (1, 1, 1, 1)
        ($0.interfaceEndpoints, $0.natGateways) = (1, 1)
      }.total.expected
    }
    let differ = try StackShape.Storage.allCases.contains { try total($0, 1) > total($0, 0) }
    #expect(differ)
    #expect(item.rawValue == "\(item.section.rawValue).\(item.key)")
  }
}
