/// What the cluster costs: capacity, storage, I/O and backups.
struct ClusterCost {
  let shape: StackShape
  let usage: Usage
  let prices: Prices

  /// The parts of the bill with one way of paying for storage.
  func lines(_ storage: StackShape.Storage) -> [CostEstimate.Line] {
    let isOptimized = storage == .ioOptimized
    var lines = capacity(prices[isOptimized ? .acuHourOptimized : .acuHour])
    lines.append(self.storage(prices[isOptimized ? .storageOptimized : .storage]))
    if !isOptimized { lines.append(io) }
    lines += [replicatedWrites, backups]
    return lines
  }

  /// Hours of capacity units in a month, all instances together.
  var capacityHours: Spread {
    instances.reduce(Spread(0)) { $0 + usage[$1.item] * Double($1.count) }
      * usage[.awake] * CostEstimate.hours
  }

  /// Instances that are paid for alike.
  private struct Group {
    var name: String
    var count: Int
    var item: UsageItem
  }

  private var instances: [Group] {
    var groups = [Group(name: "capacity of the writer", count: 1, item: .acu)]
    if shape.readers > 0 {
      groups.append(Group(name: "capacity of readers", count: shape.readers, item: .readerACU))
    }
    if let second = shape.secondaryRegion {
      groups.append(
        Group(name: "capacity in \(second)", count: 1 + shape.readers, item: .readerACU))
    }
    return groups
  }

  private func capacity(_ price: Double) -> [CostEstimate.Line] {
    let awake = usage[.awake]
    return instances.map { group in
      let acus = usage[group.item]
      var factors = ["\(Figure.text(acus.expected)) ACU"]
      if group.count > 1 { factors.append("\(group.count) instances") }
      factors.append("\(Figure.text(CostEstimate.hours)) h")
      if awake != Spread(1) { factors.append("\(Figure.text(awake.expected)) awake") }
      factors.append(Figure.price(price))
      return CostEstimate.Line(
        name: group.name, formula: factors.joined(separator: " × "),
        dollars: acus * awake * (Double(group.count) * CostEstimate.hours * price))
    }
  }

  private func storage(_ price: Double) -> CostEstimate.Line {
    perRegion("storage", usage[.storageGB], "GB", price)
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
      name: "writes copied to \(shape.secondaryRegion ?? "")",
      formula: "\(Figure.text(writes.expected)) million × \(Figure.price(price))",
      dollars: writes * price)
  }

  private var backups: CostEstimate.Line {
    perRegion("backups", usage[.backupGB], "GB", prices[.backup])
  }

  private func perRegion(
    _ name: String, _ quantity: Spread, _ unit: String, _ price: Double
  ) -> CostEstimate.Line {
    let regions = shape.regions > 1 ? " × \(shape.regions) regions" : ""
    return CostEstimate.Line(
      name: name,
      formula: "\(Figure.text(quantity.expected)) \(unit)\(regions) × \(Figure.price(price))",
      dollars: quantity * (Double(shape.regions) * price))
  }
}
