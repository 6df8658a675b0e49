/// What the script shows when a cell is chosen.
///
/// Tables are mostly tried alike, so that words, probes and lists of probes are kept once each and
/// named by their places.
struct PanelData: Encodable, Sendable {
  /// Numbers of probes above which only those that are not as they should be are kept.
  static let limit = 6_000

  /// A line of the matrix.
  struct Row: Encodable, Sendable {
    /// The full name.
    var name: Int
    /// What its rows are isolated through.
    var way: Int
    /// Where it is made.
    var place: Int?
    /// Names of the partitions that it stands for, where it is more than one table.
    var partitions: [Int]?
    /// What stood in the way.
    var notes: [Int]?
    /// A role, and its verdicts on the four operations.
    var roles: [[Int]]
    /// The lists of probes of the four operations.
    var probes: [Int]
    /// The numbers of the findings of the four operations that the page shows whole.
    var findings: [[Int]]?
    /// How many other findings the four operations have.
    var more: [Int]?
  }

  /// Texts.
  private(set) var words: [String] = []
  /// Probes: role, attempt, outcome, 1 when it is as it should be, how many.
  private(set) var probes: [[Int]] = []
  /// Lists of probes.
  private(set) var lists: [[Int]] = []
  /// The lines.
  private(set) var rows: [Row] = []
  /// True when probes that are as they should be are left out.
  private(set) var isShort = false

  private enum CodingKeys: String, CodingKey { case words, probes, lists, rows, isShort }

  private var places = Places()

  /// What the cells of a matrix have behind them.
  init(rows: [MatrixRow], names: TableNames, report: CheckReport, shown: Set<Int>) {
    isShort = rows.flatMap(\.tables).map(\.probes.count).reduce(0, +) > Self.limit
    var findings: [String: [(number: Int, operation: String?)]] = [:]
    for (number, finding) in report.findings.enumerated() {
      findings[finding.object, default: []].append((number, finding.operation))
    }
    for row in rows {
      self.rows.append(make(row, names, findings, shown))
    }
    places = Places()
  }

  private mutating func make(
    _ row: MatrixRow, _ names: TableNames,
    _ findings: [String: [(number: Int, operation: String?)]], _ shown: Set<Int>
  ) -> Row {
    let table = row.first
    var result = Row(
      name: word(table.name), way: word(names.way(table)),
      roles: table.operationsByRole.sorted { $0.key < $1.key }.map { role, verdicts in
        [word(role)]
          + CheckReport.Isolation.operations.map { operation in
            verdicts[operation].map { word($0.rawValue) } ?? -1
          }
      },
      probes: CheckReport.Isolation.operations.map { list(row.probes($0)) })
    result.place = table.location.map { word("\($0.file):\($0.line)") }
    if row.tables.count > 1 { result.partitions = row.tables.map { word($0.name) } }
    if !table.notes.isEmpty { result.notes = table.notes.map { word($0) } }
    let own = row.tables.flatMap { findings[$0.name] ?? [] }
    if !own.isEmpty {
      let cells = CheckReport.Isolation.operations.map { operation in
        own.filter { $0.operation == nil || $0.operation == operation }.map(\.number)
      }
      result.findings = cells.map { $0.filter { shown.contains($0) } }
      result.more = cells.map { cell in cell.count { !shown.contains($0) } }
    }
    return result
  }

  private mutating func list(_ probes: [CheckReport.Isolation.Probe]) -> Int {
    let kept = isShort ? probes.filter { !$0.isGood } : probes
    let numbers = kept.map { probe in
      let parts = [
        word(probe.role), word(probe.attempt), word(probe.outcome), probe.isGood ? 1 : 0,
        probe.count,
      ]
      return Self.place(of: parts, in: &self.probes, &places.probes)
    }
    return Self.place(of: numbers, in: &lists, &places.lists)
  }

  private mutating func word(_ text: String) -> Int {
    Self.place(of: VisibleText.line(text), in: &words, &places.words)
  }

  private static func place<Item: Hashable>(
    of item: Item, in items: inout [Item], _ places: inout [Item: Int]
  ) -> Int {
    if let place = places[item] { return place }
    places[item] = items.count
    items.append(item)
    return items.count - 1
  }

  /// Where things are, while they are gathered.
  private struct Places: Sendable {
    var words: [String: Int] = [:]
    var probes: [[Int]: Int] = [:]
    var lists: [[Int]: Int] = [:]
  }
}
