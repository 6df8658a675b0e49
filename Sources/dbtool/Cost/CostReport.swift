import Costs
import OperationMetrics
import Reports

/// An estimate with all that it rests on, as people see it.
struct CostReport {
  let environment: String?
  let built: BuiltRegions
  let usage: Usage
  /// What was taken from what was measured; nil where nothing was asked for.
  let measured: [String]?
  let estimate: CostEstimate
  let prices: PriceFile

  /// The report.
  var text: Report {
    var report = Report()
    report.line(environment.map { "a month of \($0)" } ?? "a month", .strong)
    report.sections.append(.table(table))
    addTenant(&report)
    report.space()
    addStorage(&report)
    addBuilt(&report)
    addGuesses(&report)
    report.line("not in it:", .strong)
    for omission in estimate.omissions { report.line("  " + omission) }
    report.space()
    addPrices(&report)
    return report
  }

  private var table: Report.Table {
    func cells(_ dollars: Spread, _ meaning: Text.Meaning) -> [Text] {
      [dollars.low, dollars.expected, dollars.high].map { Text(Figure.dollars($0), meaning) }
    }
    let total = [Text("total", .strong), Text("dollars a month")] + cells(estimate.total, .strong)
    return Report.Table(
      headings: ["what", "how, as expected", "low", "expected", "high"],
      rows: estimate.lines.map { line in
        [Text(line.name), Text(line.formula, .faint)] + cells(line.dollars, .plain)
      } + [total], prose: [1])
  }

  private func addTenant(_ report: inout Report) {
    let tenants = usage[.tenants].expected
    guard tenants > 0 else { return }
    report.line(
      "$\(Figure.dollars(estimate.total.expected / tenants)) a tenant and month, with "
        + "\(Figure.text(tenants)) tenants")
  }

  private func addStorage(_ report: inout Report) {
    let choice = estimate.storage
    let isCheaper = choice.cheaper == built.deployment.first.storage
    report.line(
      "storage: the cluster costs $\(Figure.dollars(choice.standard)) with Aurora Standard, "
        + "$\(Figure.dollars(choice.optimized)) with I/O-Optimized; built: "
        + Self.name(built.deployment.first.storage)
        + (isCheaper ? "" : ", which is the dearer one"),
      isCheaper ? .plain : .doubtful)
    let expected = Figure.text(usage[.ioMillions].expected)
    report.line(
      choice.breakEven.isFinite
        ? "  both cost the same with \(Figure.text(choice.breakEven)) million I/Os; \(expected) "
          + "million are expected"
        : "  I/O costs next to nothing at these prices: Aurora Standard is always the cheaper one")
    report.space()
  }

  private static func name(_ storage: StackShape.Storage) -> String {
    storage == .standard ? "Standard" : "I/O-Optimized"
  }

  private func addBuilt(_ report: inout Report) {
    for source in built.sources { report.line("built: as \(source) says") }
    if built.sources.isEmpty {
      report.line("built: nobody says what; --stack FILE names its outputs", .doubtful)
    }
    if !built.unsaid.isEmpty {
      report.line("  not said, and taken: \(built.unsaid.joined(separator: ", "))", .doubtful)
    }
    if built.deployment.first.isGlobal, built.second == nil {
      report.line("  the second region is not in it: nobody says what is there", .doubtful)
    }
    report.space()
  }

  private func addGuesses(_ report: inout Report) {
    if let measured {
      report.line(
        measured.isEmpty
          ? "measured: CloudWatch has no values of the last \(Measurement.days) days"
          : "measured, by the quietest day, the mean and the busiest of \(Measurement.days): "
            + measured.joined(separator: ", "), measured.isEmpty ? .doubtful : .plain)
      report.space()
    }
    guard !usage.assumptions.isEmpty else { return }
    report.line("guessed, since nobody said (low : expected : high):", .strong)
    report.sections.append(
      .table(
        Report.Table(
          headings: ["what", "taken", "why"],
          rows: usage.assumptions.map { guess in
            let value = guess.value
            let parts = [value.low, value.expected, value.high].map(Figure.text)
            return [
              Text(guess.item.rawValue), Text(parts.joined(separator: " : ")), Text(guess.reason),
            ]
          }, prose: [2])))
    report.space()
  }

  private func addPrices(_ report: inout Report) {
    let metrics = prices.prices.metrics
    let others = built.names.filter { $0 != metrics.region }
    if !others.isEmpty, !metrics.region.isEmpty {
      report.line(
        "the prices are those of \(metrics.region), and it is in "
          + "\(others.joined(separator: " and ")): expect other ones", .doubtful)
    }
    if !prices.missing.isEmpty {
      report.line(
        "the file of prices has no \(prices.missing.map(\.rawValue).joined(separator: ", ")): "
          + "taken from dbtool's own", .doubtful)
    }
    report.line(
      "prices of \(metrics.date), \(metrics.region), written down and not fetched: "
        + prices.prices.sources.joined(separator: ", "), .faint)
    if !prices.prices.unverified.isEmpty {
      report.line(
        "from memory, and compared with nothing: "
          + prices.prices.unverified.joined(separator: ", "), .faint)
    }
  }
}
