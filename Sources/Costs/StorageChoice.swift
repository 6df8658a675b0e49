/// The two ways of paying for a cluster's storage, held against each other.
package struct StorageChoice: Sendable, Equatable {
  /// Dollars a month for all clusters where each read and write is paid for.
  package var standard: Double
  /// Dollars a month for all clusters where they are in the price of capacity and storage.
  package var optimized: Double
  /// The millions of reads and writes a month with which both cost the same; more of them make
  /// I/O-Optimized the cheaper one.
  ///
  /// Infinite where no number does that a cluster can have.
  package var breakEven: Double

  /// The cheaper way.
  package var cheaper: StackShape.Storage { optimized < standard ? .ioOptimized : .standard }

  /// What clusters cost both ways, with what is expected to be used.
  init(_ cluster: ClusterCost) {
    func sum(_ storage: StackShape.Storage) -> Double {
      cluster.lines(storage).reduce(0) { $0 + $1.dollars.expected }
    }
    standard = sum(.standard)
    optimized = sum(.ioOptimized)
    let price = cluster.prices[.io]
    let withoutIO = standard - cluster.usage[.ioMillions].expected * price
    let same = price > 0 ? max(0, (optimized - withoutIO) / price) : .infinity
    breakEven = same <= UsageItem.ioMillions.range.upperBound ? same : .infinity
  }
}
