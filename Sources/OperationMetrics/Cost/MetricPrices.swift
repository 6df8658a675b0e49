/// What CloudWatch asks for metrics, at a date.
package struct MetricPrices: Sendable, Equatable {
  /// A price that holds up to a number of metrics.
  package struct Tier: Sendable, Equatable {
    /// The number of metrics in all up to which it holds; nil for the last one.
    package var upTo: Int?
    /// Dollars for a metric and month.
    package var price: Double

    /// A tier.
    package init(upTo: Int?, price: Double) {
      self.upTo = upTo
      self.price = price
    }
  }

  /// The day of the prices, `YYYY-MM-DD`.
  package var date: String
  /// Where they hold.
  package var region: String
  /// Where they were read.
  package var source: String
  /// Dollars for a metric and month, by how many there are.
  package var metrics: [Tier]
  /// Dollars for a thousand requests.
  package var thousandRequests: Double
  /// Dollars for a gigabyte of log events.
  package var logGigabyte: Double

  /// Prices from their parts.
  package init(
    date: String, region: String, source: String, metrics: [Tier], thousandRequests: Double,
    logGigabyte: Double
  ) {
    self.date = date
    self.region = region
    self.source = source
    self.metrics = metrics
    self.thousandRequests = thousandRequests
    self.logGigabyte = logGigabyte
  }

  /// Dollars a month for `count` metrics, the cheaper ones last.
  package func price(ofMetrics count: Int) -> Double {
    var rest = count
    var reached = 0
    var sum = 0.0
    for tier in metrics {
      let part = tier.upTo.map { min(rest, max(0, $0 - reached)) } ?? rest
      sum += Double(part) * tier.price
      rest -= part
      reached += part
    }
    return sum
  }
}
