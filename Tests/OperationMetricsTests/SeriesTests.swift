import CoreMetrics
import DatabaseInstrumentation
import MetricsTestKit
import SQLSyntax
import SwiftMetricsSink
import Testing

@testable import OperationMetrics

@Suite("Series of metrics and what they cost")
struct SeriesTests {
  @Test(
    "A SQLSTATE belongs to one of a few classes",
    arguments: [
      ("OK", StatusClass.ok), ("42501", .denied), ("40001", .conflict), ("40P01", .conflict),
      ("57014", .timeout), ("55P03", .timeout), ("23505", .client), ("42P01", .client),
      ("22P02", .client), ("08006", .server), ("53300", .server), ("57P01", .server),
      ("XX000", .server), ("ERROR", .server), ("skipped", .skipped), ("P0001", .client),
      ("", .client),
    ])
  func classes(status: String, expected: StatusClass) {
    #expect(StatusClass(status: status) == expected)
  }

  @Test("Different tenants never share a label, except beyond the limit")
  func labels() {
    var labels = TenantLabels(maximum: 10)
    func label(_ tenant: String?, isExempt: Bool = false) -> String {
      labels.label(
        for: OperationRecord(tenant: tenant, kind: .select, duration: .zero, isExempt: isExempt))
    }
    let long = String(repeating: "x", count: 300)
    let tenants = [
      "caf\u{E9}", "cafe\u{301}", "a b", long + "1", long + "2", "other", ":x", "a%20b",
      "tenant:other", "%6Fther",
    ]
    let found = tenants.map { label($0) }
    #expect(Set(found).count == tenants.count)
    #expect(found.allSatisfy { $0.utf8.allSatisfy { (33...126).contains($0) } })
    #expect(found.allSatisfy { !$0.hasPrefix(":") && $0.utf8.count <= 1_024 })
    #expect(label("eighth") == "other")
    #expect(label("a b") == "a%20b")
    #expect(label(nil) == "none")
    #expect(label(nil, isExempt: true) == "exempt")
  }

  @Test("Values that are counted together keep their sum, and lie within three per cent")
  func distribution() {
    var distribution = Distribution()
    var values: [Double] = []
    var state: UInt64 = 1
    for _ in 0..<10_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(state >> 40) / 1_000
      values.append(value)
      distribution.add(value)
    }
    let kept = distribution.repeatedValues
    #expect(kept.count == values.count)
    let (before, after) = (values.reduce(0, +), kept.reduce(0, +))
    #expect(abs(after / before - 1) < 1e-9)
    let worst = zip(kept, values.sorted()).map { abs($0 - $1) / max($1, 1e-9) }.max() ?? 0
    #expect(worst <= 0.032)
    #expect(distribution.values.count < 1_000)
  }

  private let prices = MetricPrices(
    date: "2026-01-01", region: "r", source: "s",
    metrics: [
      .init(upTo: 10_000, price: 0.30), .init(upTo: 250_000, price: 0.10),
      .init(upTo: 1_000_000, price: 0.05), .init(upTo: nil, price: 0.02),
    ], thousandRequests: 0.01, logGigabyte: 0.5)

  @Test(
    "Metrics are priced by tier",
    arguments: [
      (18, 5.40), (2_400, 720.0), (7_200, 2_160.0), (12_000, 3_200.0), (24_000, 4_400.0),
      (360_000, 32_500.0), (2_000_000, 84_500.0), (0, 0.0),
    ])
  func tiers(metrics: Int, dollars: Double) {
    #expect(abs(prices.price(ofMetrics: metrics) - dollars) < 0.001)
  }

  @Test("For a hundred tenants the split layout costs 37 dollars where the full one costs 720")
  func layouts() {
    let load = MetricCost.Load(tenants: 100, operations: 10_000_000)
    let split = MetricCost(load, MetricLayout(.split), prices)
    let full = MetricCost(load, MetricLayout(.full), prices)
    func operations(_ cost: MetricCost) -> Double {
      prices.price(
        ofMetrics: cost.lines.filter { $0.name == "DatabaseOperations" }
          .reduce(0) { $0 + $1.quantity })
    }
    #expect(abs(operations(split) - 37.20) < 0.001)
    #expect(abs(operations(full) - 720) < 0.001)
    #expect(split.total < 43 && full.total > 2_160)
    // What is counted is what is sent: as many series as the estimate says.
    let capped = MetricCost(
      MetricCost.Load(tenants: 10_000, operations: 1), MetricLayout(.split, maximumTenants: 50),
      prices)
    #expect(capped.lines[1].quantity == 51)
  }

  @Test("The estimate is the number of series that a window really makes")
  func estimate() {
    let kinds: [StatementKind] = [.select, .insert, .update, .delete, .begin, .commit]
    for kind in MetricLayout.Kind.allCases {
      let layout = MetricLayout(kind)
      var window = MetricWindow(layout)
      for tenant in 0..<7 {
        for operation in kinds {
          for status in ["OK", "42501", "40001", "57014"] {
            window.add(
              OperationRecord(
                tenant: "\(tenant)", kind: operation, status: status, duration: .zero),
              tenant: "\(tenant)")
          }
        }
      }
      let made = window.counts.count + window.distributions.count
      let cost = MetricCost(MetricCost.Load(tenants: 7, operations: 168), layout, prices)
      #expect(made == cost.metrics, "\(kind)")
    }
  }

  @Test("swift-metrics hears of operations, tenants and durations")
  func swiftMetrics() throws {
    let backend = TestMetrics()
    let exporter = SwiftMetricsExporter(factory: backend)
    exporter.export(
      MetricBatch(
        records: Records.some(), waits: [.milliseconds(2)],
        runs: [RunMeasurement(command: "seed", result: "good", duration: .seconds(1))], dropped: 4))
    #expect(
      try backend.expectCounter(
        "database_operations", [("operation", "insert"), ("status", "OK")]
      ).totalValue == 10)
    #expect(
      try backend.expectCounter("database_tenant_operations", [("tenant", "b")]).totalValue == 20)
    #expect(
      try backend.expectTimer("database_operation_duration", [("operation", "select")]).values.count
        == 30)
    #expect(try backend.expectTimer("database_pool_wait").values == [2_000_000])
    #expect(try backend.expectCounter("database_records_dropped").totalValue == 4)
  }
}
