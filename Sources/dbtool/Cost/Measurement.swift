import AWS
import Costs
import Databases
import OperationMetrics
import Postgres
import SQLSyntax

/// Asks CloudWatch what a cluster used in the last thirty days.
struct Measurement {
  /// The days that are asked for, without the one that is not over.
  static let days: Int64 = 30
  /// CloudWatch keeps periods of five minutes for 63 days.
  private static let period = 300
  private static let day: Int64 = 86_400

  /// The cluster's ARN.
  let cluster: String
  /// Where metrics of operations are.
  let namespace: String
  /// Where CloudWatch is asked instead of in the cluster's region; nil for there.
  let endpoint: String?

  /// What was measured of what was built.
  ///
  /// - Throws: `AWSError`, and `UsageError` for what is no ARN of a cluster.
  func read(in shape: StackShape) throws -> MeasuredUsage {
    let words = cluster.split(separator: ":", omittingEmptySubsequences: false)
    guard words.count == 7, words[5] == "cluster", !words[3].isEmpty else {
      throw UsageError("\"\(cluster)\" is no ARN of a cluster")
    }
    let aws = try AWSEnvironment(region: String(words[3]), .current)
    let client = CloudWatchClient(
      service: try aws.service(isCancelled: { Interrupts.cancellation.isRequested }),
      endpoint: try aws.endpoint("monitoring", variable: "CLOUDWATCH", at: endpoint))
    let end = WallClock.now.components.seconds / Self.day * Self.day
    let queries = Self.ofCluster(String(words[6])) + ofOperations
    let points = try client.points(of: queries, from: end - Self.days * Self.day, to: end)
    return MeasuredUsage(series(queries, points), in: shape)
  }

  private enum Name {
    static let capacity = "ServerlessDatabaseCapacity"
    static let reads = "VolumeReadIOPs"
    static let writes = "VolumeWriteIOPs"
    static let storage = "VolumeBytesUsed"
    static let backups = "TotalBackupStorageBilled"
    /// Each operation is in it once, whoever it was for.
    static let operations = "DatabaseOperationDuration"
  }

  /// Aurora manual, "Amazon CloudWatch metrics for Amazon Aurora": reads and writes of storage are those of five
  /// minutes.
  private static func ofCluster(_ identifier: String) -> [MetricQuery] {
    [Name.capacity, Name.reads, Name.writes, Name.storage, Name.backups].map {
      MetricQuery(
        $0, in: "AWS/RDS", dimensions: [.init("DBClusterIdentifier", identifier)],
        period: period, .average)
    }
  }

  /// Those of the layout split: in the other one each tenant has metrics of its own.
  private var ofOperations: [MetricQuery] {
    StatementKind.allCases.map {
      MetricQuery(
        Name.operations, in: namespace, dimensions: [.init("Operation", $0.rawValue)],
        period: Int(Self.day), .sampleCount)
    }
  }

  private func series(
    _ queries: [MetricQuery], _ points: [[MetricQuery.Point]]
  ) -> MeasuredUsage.Series {
    var series = MeasuredUsage.Series()
    for (query, points) in zip(queries, points) {
      let points = points.map { MeasuredUsage.Point(time: $0.time, value: $0.value) }
      switch query.name {
      case Name.capacity: series.capacity += points
      case Name.reads, Name.writes: series.io += points
      case Name.storage: series.storage += points
      case Name.backups: series.backups += points
      default: series.operations += points
      }
    }
    return series
  }
}
