import Reports
import Schema
import Wording

/// How schemas and their differences are shown.
enum SchemaReports {
  static func report(_ difference: SchemaDifference) -> Report {
    var report = Report()
    guard !difference.isEmpty else {
      report.line("the database is what the migrations build", .good)
      return report
    }
    for item in difference.items {
      report.line("-- \(item.change.rawValue): \(item.kind.rawValue) \(item.name)", .bad)
      for statement in item.sql {
        for line in statement.split(separator: "\n", omittingEmptySubsequences: false) {
          let isLast = line.endIndex == statement.endIndex && !statement.hasPrefix("--")
          report.line(line + (isLast ? ";" : ""))
        }
      }
    }
    report.line("-- \(Plural.count(difference.items.count, "difference"))", .strong)
    return report
  }

  /// What `schema dump` gives to programs.
  struct DumpJSON: Encodable {
    struct Object: Encodable {
      var kind: String
      var name: String
      var table: String?
      var definition: String
    }

    var schema = "dbtool.schema/1"
    var objects: [Object]

    init(_ snapshot: SchemaSnapshot) {
      objects = snapshot.objects.map {
        Object(
          kind: $0.kind.rawValue, name: $0.name, table: $0.table,
          definition: snapshot.sql(creating: $0))
      }
    }
  }

  /// What `schema diff` gives to programs.
  struct DiffJSON: Encodable {
    struct Item: Encodable {
      var change: String
      var kind: String
      var name: String
      var sql: [String]
    }

    var schema = "dbtool.schema-diff/1"
    var equal: Bool
    var differences: [Item]

    init(_ difference: SchemaDifference) {
      equal = difference.isEmpty
      differences = difference.items.map {
        Item(change: $0.change.rawValue, kind: $0.kind.rawValue, name: $0.name, sql: $0.sql)
      }
    }
  }
}
