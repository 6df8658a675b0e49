package import OperationMetrics

/// What a month costs, part by part.
package struct CostEstimate: Sendable, Equatable {
  /// A part of the bill.
  package struct Line: Sendable, Equatable {
    /// What is paid for.
    package var name: String
    /// How the expected amount comes about.
    package var formula: String
    /// Dollars a month.
    package var dollars: Spread
  }

  /// How metrics of operations leave an application.
  package struct Metrics: Sendable, Equatable {
    /// By what they are told apart.
    package var layout: MetricLayout
    /// True where log events carry them, and not PutMetricData.
    package var isEmbedded: Bool

    /// Metrics of a layout.
    package init(_ layout: MetricLayout, isEmbedded: Bool = false) {
      self.layout = layout
      self.isEmbedded = isEmbedded
    }
  }

  /// Hours of a month, as AWS counts one.
  package static let hours = 730.0

  /// The parts, without those that cost nothing in any month.
  package var lines: [Line]
  /// Dollars a month in all.
  package var total: Spread
  /// The two ways of paying for storage, with what is expected to be used.
  package var storage: StorageChoice
  /// What is not in it.
  package var omissions: [String]

  /// What using `usage` of what was built costs at `prices`.
  package init(_ built: Deployment, _ usage: Usage, _ prices: Prices, _ metrics: Metrics) {
    let cluster = ClusterCost(built: built, usage: usage, prices: prices)
    let services = ServiceCost(built: built, usage: usage, prices: prices, metrics: metrics)
    lines = (cluster.lines() + services.lines).filter { $0.dollars.high > 0 }
    total = lines.reduce(Spread(0)) { $0 + $1.dollars }
    storage = StorageChoice(cluster)
    omissions = Self.omissions(built)
  }

  private static func omissions(_ built: Deployment) -> [String] {
    var omissions = [
      "data transfer: between zones and regions, to the internet, and through endpoints and gateways",
      "calls of KMS, and of Secrets Manager but for rotations; older versions of rotated keys",
      "functions, builds, images, messages, and whatever else the account has",
      "support plans, taxes, discounts and free tiers",
    ]
    if built.second != nil {
      omissions.append(
        "I/O and logs of the second region, and its prices: those of the first are taken")
    } else if built.first.isGlobal {
      omissions.append("the second region: nobody says what is there")
    }
    return omissions
  }
}
