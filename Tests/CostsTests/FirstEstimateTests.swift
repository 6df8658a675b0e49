import Costs
import Testing

@Suite("The figures of the first estimate, calculated again")
struct FirstEstimateTests {
  /// What it took for metrics a tenant, which is no number of metrics at 0.30.
  private static let metricsOfTenant = 3.40

  private static func dev(_ change: (inout StackShape) -> Void = { _ in }) throws -> CostEstimate {
    try Samples.estimate(
      [.acu: 0.5, .storageGB: 100, .requestMillions: 10, .requestKB: 32], shape: change)
  }

  private static func prod(_ change: (inout StackShape) -> Void = { _ in }) throws -> CostEstimate {
    try Samples.estimate(
      [
        .acu: 1, .storageGB: 500, .requestMillions: 100, .requestKB: 32, .backupGB: 9.50 / 0.021,
      ]
    ) {
      $0.minimumCapacity = 1
      change(&$0)
    }
  }

  @Test("dev: 43.80 for capacity, 10.00 for storage, 3.50 for the Data API, 60.70 with metrics")
  func development() throws {
    let estimate = try Self.dev()
    #expect(isNear(estimate.expected("capacity of the writer"), 43.80))
    #expect(isNear(estimate.expected("storage"), 10))
    #expect(isNear(estimate.expected("Data API"), 3.50))
    #expect(isNear(estimate.total.expected + Self.metricsOfTenant, 60.70))
    #expect(estimate.lines.count == 3)
  }

  @Test("prod: 87.60, 50.00, 35.00 and 9.50 for backups, 216.10 with the metrics of ten tenants")
  func production() throws {
    let estimate = try Self.prod()
    #expect(isNear(estimate.expected("capacity of the writer"), 87.60))
    #expect(isNear(estimate.expected("storage"), 50))
    #expect(isNear(estimate.expected("Data API"), 35))
    #expect(isNear(estimate.expected("backups"), 9.50))
    #expect(isNear(estimate.total.expected + 10 * Self.metricsOfTenant, 216.10))
  }

  @Test("metrics are counted one by one: no number of them costs 3.40")
  func metrics() throws {
    let alone = try Samples.estimate([.tenants: 1, .processes: 1]) { _ in }
    let line = try #require(alone.lines.first { $0.name == "metrics" })
    let dollars = line.dollars.expected
    // 43,800 requests cost 0.438; the rest is a number of metrics.
    let metrics = (dollars - 0.438) / 0.30
    #expect(abs(metrics - metrics.rounded()) < 1e-9)
    #expect(Self.metricsOfTenant.truncatingRemainder(dividingBy: 0.30) > 0.05)
  }

  @Test("what it left out costs something: I/O, keys, secrets, alarms, dashboards, logs, a reader")
  func omitted() throws {
    func lines(_ estimate: CostEstimate) -> [String: Double] {
      Dictionary(uniqueKeysWithValues: estimate.lines.map { ($0.name, $0.dollars.expected) })
    }
    let whole = try Samples.estimate(
      [
        .acu: 1, .storageGB: 500, .requestMillions: 100, .requestKB: 32, .ioMillions: 100,
        .backupGB: 9.50 / 0.021, .tenants: 10, .logGB: 5, .rotations: 3,
      ]
    ) {
      ($0.minimumCapacity, $0.readers, $0.insights) = (1, 1, .advanced)
      ($0.secrets, $0.keys, $0.alarms, $0.dashboards) = (3, 1, 7, 1)
      ($0.interfaceEndpoints, $0.logDays) = (1, 365)
    }
    let more = lines(whole)
    let first = lines(try Self.prod())
    for name in [
      "capacity of readers", "I/O", "metrics", "logs", "logs that are kept", "alarms",
      "dashboards", "Database Insights", "secrets", "rotations", "keys", "interface endpoints",
    ] {
      #expect(first[name] == nil && more[name, default: 0] > 0, "\(name)")
    }
    #expect(isNear(more["capacity of readers"], 87.60))
    #expect(isNear(more["I/O"], 20))
    #expect(isNear(more["interface endpoints"], 14.60))
    #expect(whole.total.expected > 216.10 + 87.60 + 20)
  }

  @Test("the 32 of a NAT gateway is 32.85, and it is no part of what is built here")
  func gateway() throws {
    let with = try Self.dev { $0.natGateways = 1 }
    #expect(isNear(with.expected("NAT gateways"), 32.85))
    #expect(try Self.dev().expected("NAT gateways") == nil)
  }
}
