import ArgumentParser
import Costs

/// What is used in a month, as options; each is one figure, or `LOW:EXPECTED:HIGH`.
struct UsageOptions: ParsableArguments {
  @Option(help: "The mean capacity of the instance that writes, while it is awake, in ACUs.")
  var acu: SpreadArgument?
  @Option(help: "The mean capacity of each other instance, in ACUs; by default as the writer's.")
  var readerAcu: SpreadArgument?
  @Option(help: "The share of the month in which the cluster is not paused, from 0 to 1.")
  var awake: SpreadArgument?
  @Option(help: "Gigabytes of storage.")
  var storageGb: SpreadArgument?
  @Option(help: "Millions of requests of the Data API.")
  var requestMillions: SpreadArgument?
  @Option(help: "Kilobytes of a request with its answer, as a mean; each 32 count as a request.")
  var requestKb: SpreadArgument?
  @Option(help: "Millions of reads and writes of storage.")
  var ioMillions: SpreadArgument?
  @Option(help: "Millions of writes that are copied to the second region.")
  var replicatedWriteMillions: SpreadArgument?
  @Option(help: "Gigabytes of backups beyond what is free.")
  var backupGb: SpreadArgument?
  @Option(help: "Tenants that do something in the month; 0 for an application without metrics.")
  var tenants: SpreadArgument?
  @Option(help: "Processes that send metrics.")
  var processes: SpreadArgument?
  @Option(help: "Gigabytes of logs.")
  var logGb: SpreadArgument?
  @Option(help: "Passwords that are replaced.")
  var rotations: SpreadArgument?

  /// What was given.
  var values: [UsageItem: Spread] {
    let given: [UsageItem: SpreadArgument?] = [
      .acu: acu, .readerACU: readerAcu, .awake: awake, .storageGB: storageGb,
      .requestMillions: requestMillions, .requestKB: requestKb, .ioMillions: ioMillions,
      .replicatedWriteMillions: replicatedWriteMillions, .backupGB: backupGb, .tenants: tenants,
      .processes: processes, .logGB: logGb, .rotations: rotations,
    ]
    return given.compactMapValues { $0?.spread }
  }
}
