import Costs
import OperationMetrics

/// What `dbtool cost` gives to programs, as docs/schemas/dbtool.cost-1.schema.json says.
struct CostJSON: Encodable {
  struct Figures: Encodable {
    var low: Double
    var expected: Double
    var high: Double

    init(_ spread: Spread, _ change: (Double) -> Double = { $0 }) {
      let changed = spread.map(change)
      (low, expected, high) = (changed.low, changed.expected, changed.high)
    }
  }

  struct Line: Encodable {
    var name: String
    var formula: String
    var dollars: Figures
  }

  struct Used: Encodable {
    var name: String
    var value: Figures
    /// Why it was guessed; without it somebody said so.
    var guessedBecause: String?
  }

  struct Storage: Encodable {
    var built: String
    var cheaper: String
    var standard: Double
    var ioOptimized: Double
    /// Left out where there is none.
    var breakEvenIOMillions: Double?
  }

  struct Prices: Encodable {
    var date: String
    var region: String
    var sources: [String]
    var unverified: [String]
    var notInFile: [String]
  }

  var schema = "dbtool.cost/1"
  var environment: String?
  /// Those that are known, the one that writes first.
  var regions: [String]
  /// Who says what was built.
  var built: [String]
  /// What was built and nobody said.
  var builtUnsaid: [String]
  var lines: [Line]
  var total: Figures
  var storage: Storage
  var usage: [Used]
  /// What of it was measured; left out where nothing was asked for.
  var measured: [String]?
  var omissions: [String]
  var prices: Prices

  init(_ report: CostReport) {
    func cents(_ amount: Double) -> Double { (amount * 100).rounded() / 100 }
    environment = report.environment
    regions = report.built.names
    built = report.built.sources
    builtUnsaid = report.built.unsaid
    lines = report.estimate.lines.map {
      Line(name: $0.name, formula: $0.formula, dollars: Figures($0.dollars, cents))
    }
    total = Figures(report.estimate.total, cents)
    let choice = report.estimate.storage
    storage = Storage(
      built: report.built.deployment.first.storage.rawValue, cheaper: choice.cheaper.rawValue,
      standard: cents(choice.standard), ioOptimized: cents(choice.optimized),
      breakEvenIOMillions: choice.breakEven.isFinite ? cents(choice.breakEven) : nil)
    usage = UsageItem.allCases.map { item in
      Used(
        name: item.rawValue, value: Figures(report.usage[item]),
        guessedBecause: report.usage.assumptions.first { $0.item == item }?.reason)
    }
    measured = report.measured
    omissions = report.estimate.omissions
    let prices = report.prices.prices
    self.prices = Prices(
      date: prices.metrics.date, region: prices.metrics.region, sources: prices.sources,
      unverified: prices.unverified, notInFile: report.prices.missing.map(\.rawValue))
  }
}
