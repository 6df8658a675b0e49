/// What CloudWatch asks for metrics, at a date.
package struct MetricPrices: Sendable, Equatable {
  /// The day of the prices, `YYYY-MM-DD`.
  package var date: String
  /// Where they hold.
  package var region: String
  /// Where they were read.
  package var source: String
  /// Dollars for a metric and month, by how many there are.
  package var metrics: [PriceTier]
  /// Dollars for a thousand requests.
  package var thousandRequests: Double
  /// Dollars for a gigabyte of log events.
  package var logGigabyte: Double

  /// Prices from their parts.
  package init(
    date: String, region: String, source: String, metrics: [PriceTier], thousandRequests: Double,
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
    metrics.price(of: Double(count))
  }
}
