import Costs
import OperationMetrics
import YAML

/// Prices of AWS as a file that people can edit.
struct PriceFile {
  /// The prices.
  var prices: Prices
  /// The parts that the file does not have, whose prices are those that dbtool knows.
  var missing: [PriceSection] = []

  /// No price of AWS's for one thing is as high, and sums stay numbers that can be counted in cents.
  private static let highest = 10_000.0

  /// The prices of a file, or those that dbtool knows.
  ///
  /// A file of an earlier dbtool, which has metrics only, gets the rest from those.
  static func load(_ path: String?) throws -> PriceFile {
    let name = "the built-in prices"
    let standard = try read(StandardPrices.text, file: name, otherwise: nil)
    guard let path else { return standard }
    return try read(Files.read(path), file: path, otherwise: standard.prices)
  }

  private static func read(_ text: String, file: String, otherwise: Prices?) throws -> PriceFile {
    let root: YAMLNode?
    do {
      root = try YAMLDocument.parse(text)
    } catch {
      throw UsageError("\(file):\(error.line): \(error.message)")
    }
    guard let root else {
      throw UsageError("\(file) is empty", remedy: "dbtool metrics prices prints one to begin with")
    }
    var top = try Section(root, path: "", file: file)
    let metrics = try self.metrics(&top)
    var reader = SectionReader(source: metrics.source)
    for section in PriceSection.allCases { try reader.read(section, of: &top, otherwise) }
    try top.finish()
    let values = reader.values
    let prices = Prices(
      metrics: metrics, dataAPI: reader.dataAPI, sources: reader.sources,
      unverified: reader.unverified
    ) { values[$0, default: otherwise?[$0] ?? .nan] }
    return PriceFile(prices: prices, missing: reader.missing)
  }

  private static func metrics(_ section: inout Section) throws -> MetricPrices {
    let date = try section.required("date", "the day of the prices, as YYYY-MM-DD")
    guard CalendarDay.isValid(date) else {
      throw section.error("date must be a day such as 2026-01-31", at: "date")
    }
    return MetricPrices(
      date: date, region: try section.text("region") ?? "",
      source: try section.text("source") ?? "", metrics: try tiers("metrics", &section),
      thousandRequests: try price("thousand-requests", &section),
      logGigabyte: try price("log-gigabyte", &section))
  }

  /// What is read of the parts after metrics.
  private struct SectionReader {
    var values: [PriceItem: Double] = [:]
    var dataAPI: [PriceTier] = []
    var sources: [String]
    var unverified: [String] = []
    var missing: [PriceSection] = []

    init(source: String) { sources = source.isEmpty ? [] : [source] }

    mutating func read(
      _ part: PriceSection, of top: inout Section, _ otherwise: Prices?
    ) throws {
      guard var section = try top.section(part.rawValue) else {
        guard let otherwise else {
          throw top.error("\(part.rawValue) is missing", at: part.rawValue)
        }
        missing.append(part)
        if part == .dataAPI { dataAPI = otherwise.dataAPI }
        unverified += otherwise.unverified.filter { $0.hasPrefix(part.rawValue + ".") }
        return
      }
      if let source = try section.text("source"), !sources.contains(source) {
        sources.append(source)
      }
      var keys: [String] = []
      for item in PriceItem.allCases where item.section == part {
        values[item] = try PriceFile.price(item.key, &section)
        keys.append(item.key)
      }
      if part == .dataAPI {
        dataAPI = try PriceFile.tiers("million-requests", &section)
        keys.append("million-requests")
      }
      for key in try section.texts("unverified") {
        guard keys.contains(key) else {
          throw section.error(
            "\(section.full("unverified")) may name \(keys.joined(separator: ", "))",
            at: "unverified")
        }
        unverified.append("\(part.rawValue).\(key)")
      }
      try section.finish()
    }
  }

  private static func tiers(_ key: String, _ section: inout Section) throws -> [PriceTier] {
    var reached = 0
    let tiers = try section.sections(key).map { tier in
      var tier = tier
      let price = try price("price", &tier)
      guard let text = try tier.text("up-to") else {
        try tier.finish()
        reached = .max
        return PriceTier(upTo: nil, price: price)
      }
      guard let limit = Int(text), limit > reached else {
        throw tier.error("up-to must be a number above the one before", at: "up-to")
      }
      reached = limit
      try tier.finish()
      return PriceTier(upTo: limit, price: price)
    }
    guard tiers.last?.upTo == nil, !tiers.isEmpty else {
      throw section.error("\(section.full(key)) needs a last price without up-to", at: key)
    }
    return tiers
  }

  private static func price(_ key: String, _ section: inout Section) throws -> Double {
    let text = try section.required(key, "a price in dollars")
    guard let price = Double(text), (0...highest).contains(price) else {
      throw section.error(
        "\(section.full(key)) must be a price in dollars, such as 0.30, and \(Int(highest)) at most",
        at: key)
    }
    return price
  }
}
