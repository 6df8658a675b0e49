/// Metrics in Prometheus's text format.
struct PrometheusText {
  private(set) var text = ""

  mutating func head(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func counter(_ name: String, _ help: String, _ values: [([(String, String)], Int)]) {
    head(name, "counter", help)
    let lines = values.map { "\(name)\(Self.labels($0)) \($1)\n" }
    text += lines.sorted().joined()
  }

  mutating func gauge(_ name: String, _ help: String, _ values: [([(String, String)], Double)]) {
    head(name, "gauge", help)
    text += values.map { "\(name)\(Self.labels($0)) \($1)\n" }.joined()
  }

  mutating func histogram(
    _ name: String, _ labels: [(String, String)], _ limits: [Double], _ counts: [Int], _ count: Int,
    _ sum: Double
  ) {
    var sumOfCounts = 0
    for (limit, count) in zip(limits, counts) {
      sumOfCounts += count
      text += "\(name)_bucket\(Self.labels(labels + [("le", "\(limit)")])) \(sumOfCounts)\n"
    }
    text += "\(name)_bucket\(Self.labels(labels + [("le", "+Inf")])) \(count)\n"
    text += "\(name)_sum\(Self.labels(labels)) \(sum)\n"
    text += "\(name)_count\(Self.labels(labels)) \(count)\n"
  }

  private static func labels(_ labels: [(String, String)]) -> String {
    guard !labels.isEmpty else { return "" }
    return "{" + labels.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",") + "}"
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }
}
