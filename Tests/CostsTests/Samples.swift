import Costs
import OperationMetrics

/// What tests reckon with: prices of their own, which do not change when those of dbtool do.
enum Samples {
  static let values: [PriceItem: Double] = [
    .acuHour: 0.12, .acuHourOptimized: 0.156, .storage: 0.10, .storageOptimized: 0.225, .io: 0.20,
    .replicatedWrites: 0.20, .backup: 0.021, .alarm: 0.10, .dashboard: 3, .storedLogs: 0.03,
    .insights: 0.003125, .secret: 0.40, .secretCalls: 0.05, .key: 1, .endpointHour: 0.01,
    .natHour: 0.045,
  ]

  /// A second region with so many readers.
  static func second(_ readers: Int = 0, _ change: (inout StackShape) -> Void = { _ in })
    -> StackShape
  {
    var shape = StackShape()
    (shape.region, shape.isGlobal, shape.readers) = ("eu-central-1", true, readers)
    change(&shape)
    return shape
  }

  static func prices(_ changes: [PriceItem: Double] = [:]) -> Prices {
    Prices(
      metrics: MetricPrices(
        date: "2026-01-01", region: "us-east-1", source: "s",
        metrics: [PriceTier(upTo: 10_000, price: 0.30), PriceTier(upTo: nil, price: 0.10)],
        thousandRequests: 0.01, logGigabyte: 0.50),
      dataAPI: [PriceTier(upTo: 1_000, price: 0.35), PriceTier(upTo: nil, price: 0.20)],
      sources: ["s"], unverified: []
    ) { values.merging(changes) { $1 }[$0, default: 0] }
  }

  /// An estimate in which nothing is used but what is said.
  static func estimate(
    _ usage: [UsageItem: Double], prices: Prices = prices(),
    metrics: CostEstimate.Metrics = .init(MetricLayout()), second: StackShape? = nil,
    shape change: (inout StackShape) -> Void
  ) throws -> CostEstimate {
    var shape = StackShape()
    shape.maximumCapacity = 64
    change(&shape)
    var given: [UsageItem: Spread] = [:]
    for item in UsageItem.allCases where ![.readerACU, .awake, .processes].contains(item) {
      given[item] = Spread(0)
    }
    given[.acu] = Spread(shape.awakeMinimum)
    for (item, value) in usage { given[item] = Spread(value) }
    let built = Deployment(shape, second: second)
    return CostEstimate(built, try Usage(given, in: built), prices, metrics)
  }
}

extension CostEstimate {
  /// The expected dollars of a part; nil where there is no such part.
  func expected(_ name: String) -> Double? {
    lines.first { $0.name == name }?.dollars.expected
  }
}

/// True for the same amount to the cent.
func isNear(_ amount: Double?, _ other: Double) -> Bool {
  amount.map { abs($0 - other) < 0.005 } ?? false
}
