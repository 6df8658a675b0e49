/// A price that is one number, by its place in a file of prices: `SECTION.KEY`.
///
/// All are US dollars. Prices in steps are `Prices.dataAPI` and those of metrics.
package enum PriceItem: String, Sendable, CaseIterable {
  /// An Aurora capacity unit for an hour, where I/O is paid for apart.
  case acuHour = "aurora.acu-hour"
  /// One where I/O is paid for with it.
  case acuHourOptimized = "aurora.acu-hour-io-optimized"
  /// A gigabyte of storage for a month, where I/O is paid for apart.
  case storage = "aurora.storage-gigabyte"
  /// One where I/O is paid for with it.
  case storageOptimized = "aurora.storage-gigabyte-io-optimized"
  /// A million reads and writes of storage.
  case io = "aurora.million-io"
  /// A million writes that are copied to another region.
  case replicatedWrites = "aurora.million-replicated-writes"
  /// A gigabyte of backups for a month.
  case backup = "aurora.backup-gigabyte"
  /// A metric that an alarm watches, for a month.
  case alarm = "monitoring.alarm-metric"
  /// A dashboard for a month.
  case dashboard = "monitoring.dashboard"
  /// A gigabyte of logs that is kept for a month.
  case storedLogs = "monitoring.stored-log-gigabyte"
  /// An Aurora capacity unit that Database Insights watches for an hour.
  case insights = "monitoring.insights-acu-hour"
  /// A secret for a month.
  case secret = "secrets.secret"
  /// Ten thousand calls of Secrets Manager.
  case secretCalls = "secrets.ten-thousand-calls"
  /// A key of KMS for a month.
  case key = "keys.key"
  /// An interface endpoint in one zone for an hour.
  case endpointHour = "network.endpoint-hour"
  /// A NAT gateway for an hour.
  case natHour = "network.nat-gateway-hour"

  /// The part of the file that it stands in.
  package var section: PriceSection {
    switch self {
    case .acuHour, .acuHourOptimized, .storage, .storageOptimized, .io, .replicatedWrites, .backup:
      .aurora
    case .alarm, .dashboard, .storedLogs, .insights: .monitoring
    case .secret, .secretCalls: .secrets
    case .key: .keys
    case .endpointHour, .natHour: .network
    }
  }

  /// Its key there.
  package var key: String { String(rawValue.dropFirst(section.rawValue.count + 1)) }
}

/// A part of a file of prices.
package enum PriceSection: String, Sendable, CaseIterable {
  /// The cluster.
  case aurora
  /// The RDS Data API.
  case dataAPI = "data-api"
  /// CloudWatch, without metrics.
  case monitoring
  /// Secrets Manager.
  case secrets
  /// KMS.
  case keys
  /// What the network is made of.
  case network
}
