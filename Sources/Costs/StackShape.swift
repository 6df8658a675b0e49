package import OperationMetrics

/// What was built in a region, as far as it is paid for.
///
/// The values at the beginning are those for what nobody says: the smallest that works.
package struct StackShape: Sendable, Equatable {
  /// How a cluster's storage is paid for.
  package enum Storage: String, Sendable, CaseIterable {
    /// By size, and by each read and write.
    case standard
    /// By size alone, at higher prices of storage and capacity.
    case ioOptimized = "io-optimized"
  }

  /// How far back CloudWatch Database Insights looks.
  package enum Insights: String, Sendable, CaseIterable {
    /// A week, for nothing.
    case standard
    /// Fifteen months, paid by capacity.
    case advanced
  }

  /// Where it is; nil when nobody says so.
  package var region: String?
  /// True for a part of a global database, whose writes are copied to another region.
  package var isGlobal = false
  /// The least capacity of an instance, in Aurora capacity units (ACUs).
  package var minimumCapacity = 0.5
  /// The greatest capacity of an instance, in ACUs.
  package var maximumCapacity = 4.0
  /// Idle minutes after which the cluster pauses; nil for never.
  package var pauseAfterMinutes: Int?
  /// Instances beside the first, which writes unless the region follows another one.
  package var readers = 0
  /// How storage is paid for.
  package var storage = Storage.standard
  /// Days that automatic backups go back.
  package var backupDays = 1
  /// How far back Database Insights looks.
  package var insights = Insights.standard
  /// Zones that the network spans.
  package var availabilityZones = 2
  /// Services that have an endpoint in each zone.
  package var interfaceEndpoints = 0
  /// NAT gateways in all.
  package var natGateways = 0
  /// Secrets in Secrets Manager.
  package var secrets = 0
  /// Customer managed keys in KMS.
  package var keys = 0
  /// Alarms.
  package var alarms = 0
  /// Dashboards.
  package var dashboards = 0
  /// Days that logs are kept.
  package var logDays = 14
  /// By what metrics of operations are told apart; nil for what the configuration says.
  package var metricsLayout: MetricLayout.Kind?

  /// What is taken where nobody says anything.
  package init() {}

  /// The capacity below which an instance that is awake does not fall, in ACUs.
  ///
  /// Aurora manual, "Scaling to zero ACUs with automatic pause and resume": steps are of half a unit.
  package var awakeMinimum: Double { max(minimumCapacity, 0.5) }
}
