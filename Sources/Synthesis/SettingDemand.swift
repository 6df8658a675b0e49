package import SQLSyntax
internal import Wording

/// A setting that an expression reads, with values for which the expression may become true.
package struct SettingDemand: Sendable, Equatable {
  /// The setting's name.
  package var name: String
  /// The names of the members that lead to the value, for a setting that holds JSON.
  package var path: [String] = []
  /// What it is compared with; none where that is no constant.
  package var values: [String] = []

  /// A demand from its parts.
  package init(name: String, path: [String] = [], values: [String] = []) {
    self.name = name
    self.path = path
    self.values = values
  }

  /// The settings that `trees` read, each part of one once.
  package static func found(in trees: [SyntaxNode]) -> [SettingDemand] {
    var reader = DemandReader()
    for tree in trees { reader.visit(tree) }
    return reader.demands
  }

  /// Settings for which the demands may be met, the likeliest first.
  ///
  /// - Parameter fallback: What is tried where nothing is known of the value.
  package static func proposals(
    for demands: [SettingDemand], fallback: [String], limit: Int
  ) -> [[String: String]] {
    let known = demands.map { demand in
      var demand = demand
      demand.values += fallback.filter { !demand.values.contains($0) }
      return demand
    }
    let bySetting = Dictionary(grouping: known, by: \.name)
    let count = min(known.map(\.values.count).max() ?? 0, limit)
    var proposals: [[String: String]] = []
    for number in 0..<count {
      let proposal = bySetting.mapValues { parts in
        text(of: parts.map { ($0.path, $0.values[number % $0.values.count]) })
      }
      if !proposals.contains(proposal) { proposals.append(proposal) }
    }
    return proposals
  }

  /// The value of the setting in which each part finds its value.
  private static func text(of parts: [(path: [String], value: String)]) -> String {
    let members = parts.filter { !$0.path.isEmpty }
    guard !members.isEmpty else { return parts.first?.value ?? "" }
    let names = Set(members.map { $0.path[0] }).sorted()
    let texts = names.map { name in
      let inner = members.filter { $0.path[0] == name }
        .map { (path: Array($0.path.dropFirst()), value: $0.value) }
      let isObject = inner.contains { !$0.path.isEmpty }
      return JSONText.quoted(name) + ": " + (isObject ? text(of: inner) : scalar(inner[0].value))
    }
    return "{" + texts.joined(separator: ", ") + "}"
  }

  /// `->>` gives numbers and truth values as text too, whereas a cast of `->` needs them as they
  /// are.
  private static func scalar(_ text: String) -> String {
    ["true", "false"].contains(text) || Int(text).map { String($0) } == text
      ? text : JSONText.quoted(text)
  }
}

/// Walks through expressions and takes note of the settings that they read.
private struct DemandReader {
  var demands: [SettingDemand] = []
  private var random = SeededGenerator(seed: 0x5E77)

  init() {}

  mutating func visit(_ node: SyntaxNode) {
    if let demand = demand(of: node) {
      note(demand)
      return
    }
    if let fields = node["A_Expr"], let left = fields["lexpr"], let right = fields["rexpr"] {
      let name = fields["name"]?.elements.last?["String"]?["sval"]?.text ?? ""
      let isLeftRead = compare(left, name, with: right)
      let isRightRead = compare(right, name, with: left)
      if !isLeftRead { visit(left) }
      if !isRightRead { visit(right) }
      return
    }
    switch node {
    case .object(let members):
      for key in members.keys.sorted() { visit(members[key] ?? .null) }
    case .list(let elements): for element in elements { visit(element) }
    default: break
    }
  }

  private mutating func note(_ demand: SettingDemand) {
    let known = demands.firstIndex { $0.name == demand.name && $0.path == demand.path }
    guard let known else {
      demands.append(demand)
      return
    }
    demands[known].values += demand.values.filter { !demands[known].values.contains($0) }
  }

  private mutating func compare(
    _ side: SyntaxNode, _ name: String, with other: SyntaxNode
  ) -> Bool {
    guard var demand = demand(of: side) else { return false }
    let constants = HintCollector.constants(in: other)
    if name == "?", let key = constants.first {
      demand.path.append(key)
      demand.values = ["true"]
    } else {
      demand.values = constants.flatMap { values(name, $0) } + demand.values
    }
    note(demand)
    return true
  }

  private mutating func values(_ name: String, _ constant: String) -> [String] {
    switch name {
    case "~~", "~~*": return [PatternSampler.sample(like: constant, using: &random)]
    case "~", "~*":
      return [PatternSampler.sample(regularExpression: constant, using: &random)].compactMap { $0 }
    case "<>", "!~", "!~*", "!~~", "!~~*":
      return ["true", "false"].filter { $0 != constant } + [constant + "0"]
    case "<", "<=", ">", ">=":
      guard let number = Int(constant) else { return [constant, constant + "0"] }
      return [number, number &+ 1, number &- 1].map { String($0) }
    default: return [constant]
    }
  }

  /// The setting whose value a node is, is cast from, or computes from.
  private func demand(of node: SyntaxNode) -> SettingDemand? {
    guard let (type, fields) = node.node else { return nil }
    switch type {
    case "TypeCast":
      guard var demand = fields["arg"].flatMap({ demand(of: $0) }) else { return nil }
      let type = fields["typeName"]?["names"]?.elements.last?["String"]?["sval"]?.text
      if type == "bool", demand.values.isEmpty { demand.values = ["true", "false"] }
      return demand
    case "CoalesceExpr":
      return fields["args"]?.elements.lazy.compactMap { demand(of: $0) }.first
    case "SubLink":
      guard let targets = fields["subselect"]?["SelectStmt"]?["targetList"]?.elements,
        targets.count == 1
      else { return nil }
      return targets[0]["ResTarget"]?["val"].flatMap { demand(of: $0) }
    case "A_Expr": return demand(ofOperation: fields)
    case "FuncCall":
      let arguments = fields["args"]?.elements ?? []
      if fields["funcname"]?.elements.last?["String"]?["sval"]?.text == "current_setting" {
        return arguments.first.flatMap { HintCollector.constants(in: $0).first }
          .map { SettingDemand(name: $0) }
      }
      return arguments.lazy.compactMap { demand(of: $0) }.first
    default: return nil
    }
  }

  private func demand(ofOperation fields: SyntaxNode) -> SettingDemand? {
    guard let left = fields["lexpr"], let right = fields["rexpr"] else { return nil }
    if fields["kind"]?.text == "AEXPR_NULLIF" { return demand(of: left) }
    guard var demand = demand(of: left), let member = HintCollector.constants(in: right).first
    else { return nil }
    switch fields["name"]?.elements.last?["String"]?["sval"]?.text {
    case "->", "->>": demand.path.append(member)
    case "#>", "#>>":
      demand.path += member.filter { $0 != "{" && $0 != "}" && $0 != "\"" }
        .split(separator: ",").map { String($0) }
    default: return nil
    }
    return demand
  }
}
