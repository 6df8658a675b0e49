import Costs
import YAML

/// Reads `cost:` of an environment.
enum CostSettings {
  static func read(_ section: Section) throws -> Configuration.Cost {
    var section = section
    var cost = Configuration.Cost()
    for item in UsageItem.allCases {
      guard let node = section.node(item.rawValue) else { continue }
      let key = item.rawValue
      let value =
        try node.text.map { Spread(try number($0, key, section)) }
        ?? spread(node, key, section)
      do {
        try Usage.check(value, item)
      } catch {
        throw section.error("\(section.full(key)) \(error.problem)", at: key)
      }
      cost.usage[item] = value
    }
    if let shape = try section.section("shape") { cost.shape = try ShapeReader.read(shape) }
    if let shape = try section.section("second-shape") {
      cost.secondShape = try ShapeReader.read(shape)
    }
    if var stack = try section.section("second-stack") {
      let name = try stack.required("name", "the name of a CloudFormation stack")
      cost.secondStack = .init(name: name, region: try stack.text("region"))
      try stack.finish()
    }
    try section.finish()
    return cost
  }

  /// `{low: 1, expected: 2.5, high: 8}`.
  private static func spread(_ node: YAMLNode, _ key: String, _ section: Section) throws -> Spread {
    var parts = try Section(node, path: section.full(key), file: section.file)
    func part(_ name: String) throws -> Double {
      try number(parts.required(name, "a number"), name, parts)
    }
    let value = Spread(
      low: try part("low"), expected: try part("expected"), high: try part("high"))
    try parts.finish()
    return value
  }

  private static func number(_ text: String, _ key: String, _ section: Section) throws -> Double {
    guard let number = Double(text) else {
      throw section.error(
        "\(section.full(key)) must be a number, or low, expected and high", at: key)
    }
    return number
  }
}
