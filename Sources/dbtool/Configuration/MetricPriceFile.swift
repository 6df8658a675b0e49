import OperationMetrics
import YAML

/// Prices of metrics as a file that people can edit.
enum MetricPriceFile {
  /// The prices that dbtool knows; `dbtool metrics prices` prints them.
  static let standard = """
    # What Amazon CloudWatch asks, in US dollars. Edit a copy, and name it with --prices or with
    # metrics.prices in dbtool.yaml.
    date: 2026-11-28
    region: us-east-1
    # Written down from what is published, not fetched: compare them with the page and with your bill.
    source: https://aws.amazon.com/cloudwatch/pricing/
    # For a metric and month; each different set of a name and dimension values is a metric.
    metrics:
      - up-to: 10000
        price: 0.30
      - up-to: 250000
        price: 0.10
      - up-to: 1000000
        price: 0.05
      - price: 0.02
    # For a thousand PutMetricData requests.
    thousand-requests: 0.01
    # For a gigabyte of log events, which carry the embedded metric format.
    log-gigabyte: 0.50

    """

  /// The prices of a file, or those that dbtool knows.
  static func load(_ path: String?) throws -> MetricPrices {
    try read(path.map { try Files.read($0) } ?? standard, file: path ?? "the built-in prices")
  }

  private static func read(_ text: String, file: String) throws -> MetricPrices {
    let root: YAMLNode?
    do {
      root = try YAMLDocument.parse(text)
    } catch {
      throw UsageError("\(file):\(error.line): \(error.message)")
    }
    guard let root else {
      throw UsageError("\(file) is empty", remedy: "dbtool metrics prices prints one to begin with")
    }
    var section = try Section(root, path: "", file: file)
    let date = try section.required("date", "the day of the prices, as YYYY-MM-DD")
    guard CalendarDay.isValid(date) else {
      throw section.error("date must be a day such as 2026-01-31", at: "date")
    }
    let region = try section.text("region") ?? ""
    let source = try section.text("source") ?? ""
    var reached = 0
    let tiers = try section.sections("metrics").map { tier in
      var tier = tier
      let price = try price("price", &tier)
      guard let text = try tier.text("up-to") else {
        try tier.finish()
        reached = .max
        return MetricPrices.Tier(upTo: nil, price: price)
      }
      guard let limit = Int(text), limit > reached else {
        throw tier.error("up-to must be a number above the one before", at: "up-to")
      }
      reached = limit
      try tier.finish()
      return MetricPrices.Tier(upTo: limit, price: price)
    }
    guard reached == .max else {
      throw section.error("metrics needs a last price without up-to", at: "metrics")
    }
    let prices = MetricPrices(
      date: date, region: region, source: source, metrics: tiers,
      thousandRequests: try price("thousand-requests", &section),
      logGigabyte: try price("log-gigabyte", &section))
    try section.finish()
    return prices
  }

  private static func price(_ key: String, _ section: inout Section) throws -> Double {
    let text = try section.required(key, "a price in dollars")
    guard let price = Double(text), price >= 0, price.isFinite else {
      throw section.error("\(key) must be a price in dollars, such as 0.30", at: key)
    }
    return price
  }
}
