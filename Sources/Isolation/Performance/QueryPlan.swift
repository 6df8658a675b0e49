internal import SQLSyntax

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What EXPLAIN says of a statement.
///
/// PostgreSQL manual, "EXPLAIN" and "Using EXPLAIN"; the keys are those of its JSON format.
struct QueryPlan: Sendable {
  /// What the planner expects the statement to cost.
  var cost: Double
  /// How long it ran, in milliseconds; nil when it was not run.
  var milliseconds: Double?
  /// The pages that it read, those of functions as well; nil when it was not run.
  var pages: Int?
  /// The rows that it gave back; nil when it was not run.
  var rows: Int?
  /// The rows that filters looked at, times the function calls in them.
  var calls = 0
  /// The rows that scans looked at.
  var examined = 0

  /// Reads what `EXPLAIN (FORMAT JSON)` gave; nil when it is something else.
  init?(_ json: String) {
    guard
      let statement = try? JSONDecoder().decode([Statement].self, from: Data(json.utf8)).first
    else { return nil }
    let isRun = statement.milliseconds != nil
    cost = statement.plan.cost
    milliseconds = statement.milliseconds
    pages = isRun ? statement.plan.hits + statement.plan.reads : nil
    rows = isRun ? Int(statement.plan.rows * statement.plan.loops) : nil
    visit(statement.plan)
  }

  private mutating func visit(_ node: Node) {
    // Without a run the planner's guess, which knows nothing of the rows that it throws away.
    let seen = Int((node.rows + node.removed) * node.loops)
    if node.relation != nil { examined += seen }
    for filter in [node.filter, node.joinFilter].compactMap({ $0 }) {
      calls += seen * CallText.names(in: filter).count
    }
    for child in node.children { visit(child) }
  }

  private struct Statement: Decodable {
    var plan: Node
    var milliseconds: Double?

    private enum CodingKeys: String, CodingKey {
      case plan = "Plan"
      case milliseconds = "Execution Time"
    }
  }

  private struct Node: Decodable {
    var relation: String?
    var cost: Double
    var rows: Double
    var loops: Double
    var removed: Double
    var filter: String?
    var joinFilter: String?
    var hits: Int
    var reads: Int
    var children: [Node]

    private enum CodingKeys: String, CodingKey {
      case relation = "Relation Name"
      case cost = "Total Cost"
      case planned = "Plan Rows"
      case rows = "Actual Rows"
      case loops = "Actual Loops"
      case removed = "Rows Removed by Filter"
      case removedByJoin = "Rows Removed by Join Filter"
      case filter = "Filter"
      case joinFilter = "Join Filter"
      case hits = "Shared Hit Blocks"
      case reads = "Shared Read Blocks"
      case children = "Plans"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      relation = try values.decodeIfPresent(String.self, forKey: .relation)
      cost = try values.decode(Double.self, forKey: .cost)
      rows =
        try values.decodeIfPresent(Double.self, forKey: .rows)
        ?? values.decode(Double.self, forKey: .planned)
      loops = try values.decodeIfPresent(Double.self, forKey: .loops) ?? 1
      let byJoin = try values.decodeIfPresent(Double.self, forKey: .removedByJoin) ?? 0
      removed = try (values.decodeIfPresent(Double.self, forKey: .removed) ?? 0) + byJoin
      filter = try values.decodeIfPresent(String.self, forKey: .filter)
      joinFilter = try values.decodeIfPresent(String.self, forKey: .joinFilter)
      hits = try values.decodeIfPresent(Int.self, forKey: .hits) ?? 0
      reads = try values.decodeIfPresent(Int.self, forKey: .reads) ?? 0
      children = try values.decodeIfPresent([Node].self, forKey: .children) ?? []
    }
  }
}
