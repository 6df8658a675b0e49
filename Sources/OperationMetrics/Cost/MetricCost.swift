/// What metrics cost a month.
package struct MetricCost: Sendable, Equatable {
  /// How an application uses its database.
  package struct Load: Sendable, Equatable {
    /// Tenants that do something in the month.
    package var tenants: Int
    /// Operations a month.
    package var operations: Int
    /// Kinds of operations that occur, for example select, insert, update, delete, begin and commit.
    package var kinds = 6
    /// Status codes that occur for a kind, for example OK and three classes of errors.
    package var statuses = 4
    /// Processes that send metrics.
    package var processes = 1

    /// A load.
    package init(tenants: Int, operations: Int) {
      self.tenants = tenants
      self.operations = operations
    }
  }

  /// A part of the bill.
  package struct Line: Sendable, Equatable {
    /// What is paid for.
    package var name: String
    /// By what it is told apart; empty for what is no metric.
    package var dimensions: String
    /// How many of it there are.
    package var quantity: Int
    /// Dollars a month; nil for metrics, which are priced together.
    package var price: Double?
  }

  /// Minutes of a month of 730 hours, as AWS counts one.
  private static let minutes = 43_800
  /// Bytes of an event of the embedded metric format, about, and of what each operation adds to it.
  private static let eventBytes = 700.0
  private static let operationBytes = 20.0

  /// The parts.
  package var lines: [Line]
  /// Metrics in all.
  package var metrics: Int
  /// Dollars a month for metrics that are put.
  package var total: Double
  /// Dollars a month where the embedded metric format carries them.
  package var embeddedTotal: Double

  /// What `load` costs in `layout`; an upper bound, since a metric that is silent for an hour costs nothing
  /// in it.
  package init(_ load: Load, _ layout: MetricLayout, _ prices: MetricPrices) {
    let tenants =
      min(load.tenants, layout.maximumTenants)
      + (load.tenants > layout.maximumTenants ? 1 : 0)
    let errors = min(max(0, load.statuses - 1), StatusClass.allCases.count(where: \.isError))
    var lines: [Line]
    switch layout.kind {
    case .split:
      lines = [
        Line("DatabaseOperations", "Operation, StatusCode", load.kinds * load.statuses),
        Line("DatabaseOperations", "TenantId", tenants),
        Line("DatabaseOperationDuration", "Operation", load.kinds),
        Line("DatabaseOperationBytes", "Operation", load.kinds),
      ]
    case .full:
      let product = tenants * load.kinds * load.statuses
      lines = [
        "DatabaseOperations", "DatabaseOperationDuration", "DatabaseOperationBytes",
      ].map { Line($0, "TenantId, Operation, StatusCode", product) }
    }
    lines.append(Line("DatabaseOperationError", "StatusClass", errors))
    metrics = lines.reduce(0) { $0 + $1.quantity }
    let perMinute = (metrics + 999) / 1_000
    let requests = load.processes * Self.minutes * perMinute
    let requestPrice = Double(requests) / 1_000 * prices.thousandRequests
    let metricPrice = prices.price(ofMetrics: metrics)
    lines.append(Line("PutMetricData", "", requests, requestPrice))
    // One event each ten seconds for each tenant, kind and status that occurred, at most one an operation.
    let groups = Double(load.processes * load.tenants * load.kinds)
    let events = min(Double(load.operations), groups * Double(Self.minutes) * 6)
    let bytes = events * Self.eventBytes + Double(load.operations) * Self.operationBytes
    let logPrice = bytes / 1e9 * prices.logGigabyte
    lines.append(Line("log events, where these carry the metrics", "", Int(events), logPrice))
    self.lines = lines
    total = metricPrice + requestPrice
    embeddedTotal = metricPrice + logPrice
  }
}

extension MetricCost.Line {
  fileprivate init(_ name: String, _ dimensions: String, _ quantity: Int, _ price: Double? = nil) {
    self.init(name: name, dimensions: dimensions, quantity: quantity, price: price)
  }
}
