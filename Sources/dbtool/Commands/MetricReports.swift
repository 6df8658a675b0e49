import Costs
import OperationMetrics
import Reports

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How the cost of metrics is shown.
enum MetricReports {
  static func costs(
    _ costs: [(MetricLayout.Kind, MetricCost)], _ load: MetricCost.Load, _ prices: MetricPrices,
    limit: Int
  ) -> Report {
    var report = Report()
    for (kind, cost) in costs {
      report.line("layout \(kind.rawValue)", .strong)
      report.sections.append(
        .table(
          Report.Table(
            headings: ["what", "by", "number", "$ a month"],
            rows: cost.lines.map { line in
              [
                Text(line.name), Text(line.dimensions), Text("\(line.quantity)"),
                Text(
                  Figure.dollars(line.price ?? prices.price(ofMetrics: line.quantity)),
                  line.price == nil ? .plain : .faint),
              ]
            })))
      report.line(
        "\(cost.metrics) metrics: $\(Figure.dollars(cost.total)) a month by PutMetricData, "
          + "$\(Figure.dollars(cost.embeddedTotal)) by log events; "
          + "$\(Figure.dollars(cost.total / Double(load.tenants))) a tenant")
      report.space()
    }
    if load.tenants > limit {
      report.line(
        "metrics.max-tenants is \(limit): the other tenants share the name \"other\"", .doubtful)
    }
    report.line(
      "prices of \(prices.date), \(prices.region): \(prices.source); free tiers are not counted",
      .faint)
    return report
  }

  /// What `metrics cost` gives to programs.
  struct CostJSON: Encodable {
    struct Line: Encodable {
      var name: String
      var dimensions: String
      var quantity: Int
      var dollars: Double
    }

    struct Layout: Encodable {
      var layout: String
      var metrics: Int
      var dollars: Double
      var dollarsByLogEvents: Double
      var dollarsPerTenant: Double
      var lines: [Line]
    }

    var schema = "dbtool.metrics-cost/1"
    var pricesOf: String
    var tenants: Int
    var operations: Int
    var layouts: [Layout]

    init(
      _ costs: [(MetricLayout.Kind, MetricCost)], _ load: MetricCost.Load, _ prices: MetricPrices
    ) {
      pricesOf = prices.date
      tenants = load.tenants
      operations = load.operations
      layouts = costs.map { kind, cost in
        func cents(_ amount: Double) -> Double { (amount * 100).rounded() / 100 }
        return Layout(
          layout: kind.rawValue, metrics: cost.metrics, dollars: cents(cost.total),
          dollarsByLogEvents: cents(cost.embeddedTotal),
          dollarsPerTenant: cents(cost.total / Double(load.tenants)),
          lines: cost.lines.map {
            Line(
              name: $0.name, dimensions: $0.dimensions, quantity: $0.quantity,
              dollars: cents($0.price ?? prices.price(ofMetrics: $0.quantity)))
          })
      }
    }
  }
}
