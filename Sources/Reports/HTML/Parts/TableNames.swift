/// Names of tables as a page shows them: without a schema that all of them share.
struct TableNames: Sendable {
  private let prefix: String

  /// Looks at all names.
  init(_ names: [String]) {
    guard let dot = names.first?.firstIndex(of: "."), let first = names.first else {
      prefix = ""
      return
    }
    let schema = String(first[...dot])
    prefix = names.allSatisfy { $0.hasPrefix(schema) && $0.count > schema.count } ? schema : ""
  }

  /// A name without the schema that all share.
  func short(_ name: String) -> String {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }

  /// What a table's rows are isolated through, in words.
  func way(_ table: CheckReport.Isolation.Table) -> String {
    let columns = table.columns.joined(separator: ", ")
    switch table.tenancy {
    case "root": return "is the tenants"
    case "global": return "global: shared by all"
    case "exempt": return "exempt"
    default:
      guard let parent = table.parent else { return columns.isEmpty ? table.tenancy : columns }
      return columns.isEmpty ? "→ \(short(parent))" : "\(columns) → \(short(parent))"
    }
  }
}
