package import OperationMetrics

/// What AWS asks, at a date and in a region.
package struct Prices: Sendable, Equatable {
  /// Metrics and log events; their date, region and source are those of the whole.
  package let metrics: MetricPrices
  /// A million requests of the Data API, by how many millions there are.
  package let dataAPI: [PriceTier]
  private let values: [PriceItem: Double]
  /// Where prices were read, each place once.
  package let sources: [String]
  /// The prices that were written from memory and compared with nothing, as `SECTION.KEY`.
  package let unverified: [String]

  /// Prices from their parts.
  ///
  /// - Parameter price: Gives each price that is one number.
  package init(
    metrics: MetricPrices, dataAPI: [PriceTier], sources: [String], unverified: [String],
    price: (PriceItem) throws -> Double
  ) rethrows {
    self.metrics = metrics
    self.dataAPI = dataAPI
    self.sources = sources
    self.unverified = unverified
    var values: [PriceItem: Double] = [:]
    for item in PriceItem.allCases { values[item] = try price(item) }
    self.values = values
  }

  /// A price that is one number.
  package subscript(_ item: PriceItem) -> Double {
    // Every one is there, from `init`.
    values[item, default: .nan]
  }
}
