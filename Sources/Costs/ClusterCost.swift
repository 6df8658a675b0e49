/// What clusters cost: capacity, storage, I/O and backups.
struct ClusterCost {
  let built: Deployment
  let usage: Usage
  let prices: Prices

  /// The parts of the bill.
  ///
  /// - Parameter storage: How storage is paid for; nil for the way that was built.
  func lines(_ storage: StackShape.Storage? = nil) -> [CostEstimate.Line] {
    var lines = instances.map { capacity($0, storage ?? $0.shape.storage) }
    lines.append(self.storage("storage", storage ?? built.first.storage))
    if let second = built.second {
      lines.append(
        self.storage("storage in \(built.secondName)", storage ?? second.storage))
    }
    if (storage ?? built.first.storage) == .standard { lines.append(io) }
    lines += [replicatedWrites, backups]
    return lines
  }

  /// Hours of capacity units in a month, of all instances in regions that a condition is true of.
  func capacityHours(where isMeant: (StackShape) -> Bool) -> Spread {
    instances.filter { isMeant($0.shape) }
      .reduce(Spread(0)) { $0 + usage[$1.item] * Double($1.count) }
      * usage[.awake] * CostEstimate.hours
  }

  /// Instances that are paid for alike.
  private struct Group {
    var name: String
    var count: Int
    var item: UsageItem
    var shape: StackShape
  }

  private var instances: [Group] {
    let first = built.first
    var groups = [Group(name: "capacity of the writer", count: 1, item: .acu, shape: first)]
    if first.readers > 0 {
      groups.append(
        Group(name: "capacity of readers", count: first.readers, item: .readerACU, shape: first))
    }
    if let second = built.second {
      groups.append(
        Group(
          name: "capacity in \(built.secondName)", count: 1 + second.readers, item: .readerACU,
          shape: second))
    }
    return groups
  }

  private func capacity(_ group: Group, _ storage: StackShape.Storage) -> CostEstimate.Line {
    let price = prices[storage == .standard ? .acuHour : .acuHourOptimized]
    let (acus, awake) = (usage[group.item], usage[.awake])
    var factors = ["\(Figure.text(acus.expected)) ACU"]
    if group.count > 1 { factors.append("\(group.count) instances") }
    factors.append("\(Figure.text(CostEstimate.hours)) h")
    if awake != Spread(1) { factors.append("\(Figure.text(awake.expected)) awake") }
    factors.append(Figure.price(price))
    return CostEstimate.Line(
      name: group.name, formula: factors.joined(separator: " × "),
      dollars: acus * awake * (Double(group.count) * CostEstimate.hours * price))
  }

  private func storage(_ name: String, _ storage: StackShape.Storage) -> CostEstimate.Line {
    let price = prices[storage == .standard ? .storage : .storageOptimized]
    return CostEstimate.Line(
      name: name,
      formula: "\(Figure.text(usage[.storageGB].expected)) GB × \(Figure.price(price))",
      dollars: usage[.storageGB] * price)
  }

  private var io: CostEstimate.Line {
    CostEstimate.Line(
      name: "I/O",
      formula:
        "\(Figure.text(usage[.ioMillions].expected)) million × \(Figure.price(prices[.io]))",
      dollars: usage[.ioMillions] * prices[.io])
  }

  /// Paid for with either storage.
  private var replicatedWrites: CostEstimate.Line {
    let (writes, price) = (usage[.replicatedWriteMillions], prices[.replicatedWrites])
    return CostEstimate.Line(
      name: "writes copied to \(built.secondName)",
      formula: "\(Figure.text(writes.expected)) million × \(Figure.price(price))",
      dollars: writes * price)
  }

  private var backups: CostEstimate.Line {
    let (size, price) = (usage[.backupGB], prices[.backup])
    let regions = built.regions.count
    return CostEstimate.Line(
      name: "backups",
      formula: "\(Figure.text(size.expected)) GB" + (regions > 1 ? " × \(regions) regions" : "")
        + " × \(Figure.price(price))",
      dollars: size * (Double(regions) * price))
  }
}
