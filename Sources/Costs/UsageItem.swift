/// Something that is used in a month, by its name in `dbtool.yaml` and on the command line.
package enum UsageItem: String, Sendable, CaseIterable {
  /// The mean capacity of the instance that writes, while it is awake, in ACUs.
  case acu
  /// The mean capacity of each other instance, in ACUs.
  case readerACU = "reader-acu"
  /// The share of the month in which the cluster is not paused, from 0 to 1.
  case awake
  /// Gigabytes of storage, as a mean over the month.
  case storageGB = "storage-gb"
  /// Millions of requests of the Data API.
  case requestMillions = "request-millions"
  /// Kilobytes of a request of the Data API with its answer, as a mean.
  case requestKB = "request-kb"
  /// Millions of reads and writes of storage.
  case ioMillions = "io-millions"
  /// Millions of writes that are copied to the second region.
  case replicatedWriteMillions = "replicated-write-millions"
  /// Gigabytes of backups beyond what is free.
  case backupGB = "backup-gb"
  /// Tenants that do something in the month; none for an application without metrics.
  case tenants
  /// Processes that send metrics.
  case processes
  /// Gigabytes of logs.
  case logGB = "log-gb"
  /// Passwords that are replaced.
  case rotations

  /// The values that make sense.
  package var range: ClosedRange<Double> {
    switch self {
    // Aurora manual: an instance has 256 ACUs and a cluster 256 TiB at most.
    case .acu, .readerACU: 0...256
    case .awake: 0...1
    case .storageGB: 0...300_000
    case .backupGB, .logGB: 0...10_000_000
    case .ioMillions, .replicatedWriteMillions, .requestMillions: 0...1_000_000_000
    // RDS Data API: 4 MiB of request and 1 MiB of answer at most.
    case .requestKB: 0...5_120
    case .tenants: 0...10_000_000
    case .processes: 1...100_000
    case .rotations: 0...1_000_000
    }
  }

  /// True for things that there are no halves of.
  package var isWhole: Bool { [.tenants, .processes, .rotations].contains(self) }
}
