/// What is taken for something that nobody gave.
///
/// These are guesses of dbtool's own, wide on purpose; a report names each.
struct UsageGuess {
  /// The value.
  var value: Spread
  /// Why; nil where nothing else is possible.
  var reason: String?

  /// A guess about something in what was built, from the values of the items before it.
  init(_ item: UsageItem, in built: Deployment, _ before: [UsageItem: Spread]) {
    let shape = built.first
    func known(_ item: UsageItem) -> Spread { before[item, default: Spread(0)] }
    switch item {
    case .acu:
      let (low, high) = (shape.awakeMinimum, max(shape.awakeMinimum, shape.maximumCapacity))
      value = Spread(low: low, expected: (low * high).squareRoot(), high: high)
      reason = "the least and the greatest capacity; their geometric mean is no measurement"
    case .readerACU:
      value = known(.acu)
      reason = shape.readers > 0 || built.second != nil ? "as the writer" : nil
    case .awake where shape.pauseAfterMinutes != nil:
      value = Spread(low: 0.05, expected: 0.3, high: 1)
      reason = "about an hour a day, fifty hours a week, and always"
    case .awake:
      value = Spread(1)
    case .storageGB:
      value = Spread(low: 1, expected: 20, high: 100)
      reason = "a young database"
    case .requestMillions:
      value = Spread(low: 1, expected: 10, high: 50)
      reason = "from a request every three seconds to twenty a second"
    case .requestKB:
      value = Spread(low: 8, expected: 8, high: 40)
      reason = known(.requestMillions).high > 0 ? "rows, not documents" : nil
    case .ioMillions:
      let requests = known(.requestMillions)
      value = Spread(low: requests.low * 0.1, expected: requests.expected, high: requests.high * 5)
      reason = "a tenth of an I/O, one and five for each request"
    case .replicatedWriteMillions where shape.isGlobal:
      let io = known(.ioMillions)
      value = Spread(low: io.low * 0.1, expected: io.expected * 0.3, high: io.high * 0.5)
      reason = "a tenth, three tenths and half of the I/O"
    case .replicatedWriteMillions:
      value = Spread(0)
    case .backupGB where shape.backupDays > 1:
      let storage = known(.storageGB)
      let days = Double(shape.backupDays - 1)
      value = Spread(
        low: storage.low * days * 0.01, expected: storage.expected * days * 0.03,
        high: storage.high * days * 0.1)
      reason = "1, 3 and 10 % of the storage changed a day, for \(shape.backupDays - 1) days"
    case .backupGB:
      // Aurora pricing: backups of a day, and as much as the database has, are free.
      value = Spread(0)
    case .tenants:
      value = Spread(low: 10, expected: 50, high: 200)
      reason = "a young application"
    case .processes:
      value = Spread(low: 1, expected: 2, high: 4)
      reason = known(.tenants).high > 0 ? "a small service" : nil
    case .logGB:
      value = Spread(low: 0.5, expected: 2, high: 10)
      reason = "slow statements and changes of the schema, and who called whom in the network"
    case .rotations:
      // Copies in a second region are not replaced there.
      value = Spread(Double(shape.secrets))
      reason = shape.secrets > 0 ? "each secret once" : nil
    }
  }
}
