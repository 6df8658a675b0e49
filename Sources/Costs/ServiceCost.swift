internal import OperationMetrics
internal import Wording

/// What the services around the cluster cost.
struct ServiceCost {
  let built: Deployment
  let usage: Usage
  let prices: Prices
  let metrics: CostEstimate.Metrics

  /// The size up to which a request of the Data API counts once, in kilobytes.
  ///
  /// Aurora pricing, Data API: data are metered in steps of 32 KB a request.
  static let requestStep = 32.0
  /// Days of a month.
  private static let days = CostEstimate.hours / 24
  /// Calls of Secrets Manager for a new password: four steps, with a few calls each.
  private static let callsOfRotation = 20.0

  /// The parts of the bill.
  var lines: [CostEstimate.Line] {
    var lines = [dataAPI]
    lines += [metricLine, logs, storedLogs]
    lines += [
      line("alarms", \.alarms, "alarm", .alarm),
      line("dashboards", \.dashboards, "dashboard", .dashboard), insights,
      line("secrets", \.secrets, "secret", .secret), rotations, line("keys", \.keys, "key", .key),
      endpoints, gateways,
    ]
    return lines
  }

  private var dataAPI: CostEstimate.Line {
    let steps = usage[.requestKB].map { max(1, ($0 / Self.requestStep).rounded(.up)) }
    let units = usage[.requestMillions] * steps
    let isInFirstTier = units.expected <= Double(prices.dataAPI.first?.upTo ?? .max)
    return CostEstimate.Line(
      name: "Data API",
      formula: "\(Figure.text(usage[.requestMillions].expected)) million"
        + (steps.expected > 1 ? " × \(Figure.text(steps.expected)) × 32 KB" : "") + " × "
        + (isInFirstTier
          ? Figure.price(prices.dataAPI.first?.price ?? 0) : "the price of its tier"),
      dollars: units.map(prices.dataAPI.price))
  }

  private var metricLine: CostEstimate.Line {
    func cost(_ value: (Spread) -> Double) -> MetricCost {
      var load = MetricCost.Load(
        tenants: Int(value(usage[.tenants])),
        operations: Int(value(usage[.requestMillions]) * 1_000_000))
      load.processes = Int(value(usage[.processes]))
      return MetricCost(load, metrics.layout, prices.metrics)
    }
    func dollars(_ value: (Spread) -> Double) -> Double {
      guard value(usage[.tenants]) > 0 else { return 0 }
      return metrics.isEmbedded ? cost(value).embeddedTotal : cost(value).total
    }
    let expected = cost(\.expected)
    return CostEstimate.Line(
      name: "metrics",
      formula: "\(Figure.text(Double(expected.metrics))) metrics of "
        + "\(Figure.text(usage[.tenants].expected)) tenants"
        + (metrics.isEmbedded ? ", by log events" : ", by PutMetricData"),
      dollars: Spread(
        low: dollars(\.low), expected: dollars(\.expected), high: dollars(\.high)))
  }

  private var logs: CostEstimate.Line {
    let price = prices.metrics.logGigabyte
    return CostEstimate.Line(
      name: "logs",
      formula: "\(Figure.text(usage[.logGB].expected)) GB × \(Figure.price(price))",
      dollars: usage[.logGB] * price)
  }

  /// An upper bound: what is kept is compressed.
  private var storedLogs: CostEstimate.Line {
    let months = Double(built.first.logDays) / Self.days
    let price = prices[.storedLogs]
    return CostEstimate.Line(
      name: "logs that are kept",
      formula: "\(Figure.text(usage[.logGB].expected)) GB × \(Figure.text(months)) months × "
        + Figure.price(price),
      dollars: usage[.logGB] * (months * price))
  }

  private var insights: CostEstimate.Line {
    let hours = ClusterCost(built: built, usage: usage, prices: prices)
      .capacityHours { $0.insights == .advanced }
    let price = prices[.insights]
    return CostEstimate.Line(
      name: "Database Insights",
      formula: "\(Figure.text(hours.expected)) ACU hours × \(Figure.price(price))",
      dollars: hours * price)
  }

  private var rotations: CostEstimate.Line {
    let calls = usage[.rotations] * Self.callsOfRotation
    let price = prices[.secretCalls]
    return CostEstimate.Line(
      name: "rotations",
      formula: "\(Figure.text(usage[.rotations].expected)) × \(Figure.text(Self.callsOfRotation)) "
        + "calls × \(Figure.price(price)) ÷ 10,000",
      dollars: calls * (price / 10_000))
  }

  /// One service has an endpoint in each zone.
  private var endpoints: CostEstimate.Line {
    hourly(
      "interface endpoints", count { $0.interfaceEndpoints * $0.availabilityZones },
      "endpoint", .endpointHour)
  }

  private var gateways: CostEstimate.Line {
    hourly("NAT gateways", count(\.natGateways), "gateway", .natHour)
  }

  private func hourly(
    _ name: String, _ number: Int, _ noun: String, _ item: PriceItem
  ) -> CostEstimate.Line {
    CostEstimate.Line(
      name: name,
      formula: "\(Plural.count(number, noun))\(built.inRegions) × "
        + "\(Figure.text(CostEstimate.hours)) h × \(Figure.price(prices[item]))",
      dollars: Spread(Double(number) * CostEstimate.hours * prices[item]))
  }

  /// What each region has so many of.
  private func line(
    _ name: String, _ number: (StackShape) -> Int, _ noun: String, _ item: PriceItem
  ) -> CostEstimate.Line {
    let number = count(number)
    return CostEstimate.Line(
      name: name,
      formula:
        "\(Plural.count(number, noun))\(built.inRegions) × \(Figure.price(prices[item]))",
      dollars: Spread(Double(number) * prices[item]))
  }

  private func count(_ number: (StackShape) -> Int) -> Int {
    built.regions.reduce(0) { $0 + number($1) }
  }
}
