import ArgumentParser
import Costs
import OperationMetrics
import Reports
import YAML

/// `dbtool metrics …`.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "What metrics of database operations cost.",
    subcommands: [Cost.self, Prices.self])

  /// `dbtool metrics cost`.
  struct Cost: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "cost",
      abstract: "Compute what the metrics of an application cost a month on CloudWatch.",
      discussion: """
        CloudWatch bills each different set of a metric's name and dimension values. In the layout \
        split, which is the default, operations are counted by operation and status, and apart from \
        that by tenant: the sum of both. In the layout full they are counted by tenant, operation and \
        status: the product. The figures are upper bounds, since a metric that is silent for an hour \
        costs nothing in that hour.

        Examples:
          dbtool metrics cost --tenants 100
          dbtool metrics cost --tenants 1000 --operations 500000000 --processes 4
          dbtool metrics cost --tenants 100 --layout full --format json
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "Tenants that do something in the month.")
    var tenants: Int
    @Option(help: "Operations in the month.")
    var operations = 10_000_000
    @Option(help: "Kinds of operations that occur, such as select, insert, begin, commit.")
    var kinds = 6
    @Option(help: "Status codes that occur for a kind, such as OK, Denied, Conflict, Client.")
    var statuses = 4
    @Option(help: "Processes that send metrics.")
    var processes = 1
    @Option(help: "Only this layout: split or full.", transform: layout)
    var layout: MetricLayout.Kind?
    @Option(help: "A file of prices, as dbtool metrics prices prints it.", completion: .file())
    var prices: String?

    private static func layout(_ name: String) throws -> MetricLayout.Kind {
      guard let kind = MetricLayout.Kind(rawValue: name) else {
        throw ValidationError("--layout must be split or full")
      }
      return kind
    }

    func validate() throws {
      for (name, value, limit) in [
        ("tenants", tenants, 10_000_000), ("operations", operations, 1_000_000_000_000),
        ("kinds", kinds, 10), ("statuses", statuses, 300), ("processes", processes, 100_000),
      ] where !(1...limit).contains(value) {
        throw ValidationError("--\(name) must be from 1 to \(limit)")
      }
    }

    func run(in session: Session) throws -> ExitStatus {
      let configured = session.configuration.metrics
      let file = session.configuration.priceFile(
        prices, configured.prices, session.configuration.costPrices)
      let prices = try PriceFile.load(file).prices.metrics
      var load = MetricCost.Load(tenants: tenants, operations: operations)
      load.kinds = kinds
      load.statuses = statuses
      load.processes = processes
      let costs = (layout.map { [$0] } ?? MetricLayout.Kind.allCases).map { kind in
        var layout = configured.layout
        layout.kind = kind
        return (kind, MetricCost(load, layout, prices))
      }
      try session.console.result(
        MetricReports.costs(costs, load, prices, limit: configured.layout.maximumTenants),
        json: MetricReports.CostJSON(costs, load, prices))
      return .good
    }
  }

  /// `dbtool metrics prices`.
  struct Prices: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "prices",
      abstract: "Print the prices that are used, as a file to edit.",
      discussion: "Example: dbtool metrics prices > prices.yaml")

    func run() throws {
      if let problem = Output.standard.write(StandardPrices.text) {
        throw UsageError("the prices cannot be written to standard output: \(problem)")
      }
    }
  }
}
