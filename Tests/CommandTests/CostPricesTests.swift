import Foundation
import TestSupport
import Testing

@Suite("Files of prices", .besideOthers)
struct CostPricesTests {
  @Test("prices are edited in a file, which an option names, or cost.prices, or metrics.prices")
  func prices() throws {
    try withBareProject { project in
      let standard = try project.run("metrics", "prices").stdout
      for (file, price) in [("a.yaml", "1.00"), ("b.yaml", "2.00"), ("c.yaml", "3.00")] {
        try project.write(file, standard.replacing("acu-hour: 0.12", with: "acu-hour: \(price)"))
      }
      func writer(_ options: String...) throws -> Double? {
        let outcome = try project.run(["cost", "--acu", "1", "--format", "json"] + options)
        return try outcome.costs()["capacity of the writer"]
      }
      #expect(try writer() == 87.6)
      try project.write("dbtool.yaml", "metrics: {prices: a.yaml}")
      #expect(try writer() == 730)
      try project.write("dbtool.yaml", "metrics: {prices: a.yaml}\ncost: {prices: b.yaml}")
      #expect(try writer() == 1_460)
      #expect(try writer("--prices", "c.yaml") == 2_190)
      // metrics cost has the other order.
      try project.write("dbtool.yaml", "metrics: {prices: none.yaml}\ncost: {prices: b.yaml}")
      #expect(try project.run("metrics", "cost", "--tenants", "1").stderr.contains("none.yaml"))
      try project.write("dbtool.yaml", "cost: {prices: b.yaml}")
      #expect(try project.run("metrics", "cost", "--tenants", "1").status == 0)
    }
  }

  @Test("a file of prices of metrics alone is read as before, and the report says what it lacks")
  func oldPrices() throws {
    try withBareProject { project in
      try project.write(
        "old.yaml",
        """
        date: 2026-01-31
        region: eu-west-1
        metrics:
          - price: 0.40
        thousand-requests: 0.02
        log-gigabyte: 0.60
        """)
      let metrics = try project.run("metrics", "cost", "--tenants", "3", "--prices", "old.yaml")
      #expect(metrics.status == 0 && metrics.stdout.contains("prices of 2026-01-31"), "\(metrics)")
      let cost = try project.run("cost", "--acu", "1", "--log-gb", "10", "--prices", "old.yaml")
      #expect(cost.stdout.contains("has no aurora, data-api, monitoring, secrets, keys, network"))
      #expect(cost.stdout.contains("10 GB × $0.60"), "\(cost)")
      #expect(cost.stdout.contains("1 ACU × 730 h × $0.12"), "\(cost)")
      #expect(cost.stdout.contains("insights-acu-hour"), "\(cost)")
    }
  }

  @Test(
    "prices that make no sense are refused with file, line and key",
    arguments: [
      ("acu-hour: 0.12", "acu-hour: -1", "aurora.acu-hour"),
      ("acu-hour: 0.12", "acu-hour: nan", "aurora.acu-hour"),
      ("acu-hour: 0.12", "acu-hour: 1e308", "aurora.acu-hour"),
      ("acu-hour: 0.12", "acu-hours: 0.12", "aurora.acu-hour is missing"),
      ("dashboard: 3.00", "dashboard: 3.00\n  chart: 1", "monitoring.chart"),
      ("[stored-log-gigabyte,", "[rumour,", "monitoring.unverified"),
      ("- up-to: 1000\n", "- up-to: x\n", "up-to"), ("    - price: 0.20\n", "", "million-requests"),
      ("keys:\n", "kees:\n", "kees"), ("date: 2026", "date: 20x6", "date"),
      ("log-gigabyte: 0.50", "log-gigabyte: 1e9", "log-gigabyte"),
    ])
  func badPrices(old: String, new: String, key: String) throws {
    try withBareProject { project in
      let standard = try project.run("metrics", "prices").stdout
      try #require(standard.contains(old))
      try project.write("prices.yaml", standard.replacing(old, with: new))
      let outcome = try project.run("cost", "--prices", "prices.yaml")
      #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(outcome)")
      #expect(outcome.stderr.contains("prices.yaml:"), "\(outcome)")
      #expect(outcome.stderr.contains(key), "\(outcome)")
    }
  }

  @Test("the prices that are printed are those that are used")
  func printed() throws {
    try withBareProject { project in
      try project.write("prices.yaml", try project.run("metrics", "prices").stdout)
      let (own, printed) = (
        try project.run("cost", "--format", "json"),
        try project.run("cost", "--format", "json", "--prices", "prices.yaml")
      )
      #expect(own.stdout == printed.stdout && own.status == 0)
    }
  }
}
