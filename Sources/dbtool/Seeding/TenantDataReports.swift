import Reports
import Seeding
import Wording

/// What `seed export` and `seed remove` have to say.
enum TenantDataReports {
  // MARK: - Export

  static func exported(_ report: ExportReport) -> Report {
    var result = Report()
    result.sections.append(
      .table(
        Report.Table(
          headings: ["table", "rows", "bytes", "masked"],
          rows: report.tables.map { table in
            [
              Text(table.name), Text(String(table.rows)), Text(String(table.bytes), .faint),
              Text(table.masked.joined(separator: ", ")),
            ]
          }, prose: [3])))
    result.line(
      "export: \(Plural.count(report.rows, "row")) of \(Plural.count(report.tables.count, "table")) "
        + "in \(report.folder), \(Plural.count(report.masked.count, "column")) masked", .good)
    return result
  }

  /// What `seed export` gives to programs.
  struct ExportJSON: Encodable {
    struct Table: Encodable {
      var name: String
      var file: String
      var rows: Int
      var bytes: Int
      var owned: Bool
      var masked: [String]
    }

    var schema = "dbtool.seed-export/1"
    var tenant: String
    var folder: String
    var rows: Int
    var bytes: Int
    var tables: [Table]
    var unmasked: [String]
    var notes: [String]

    init(_ report: ExportReport) {
      tenant = report.tenant
      folder = report.folder
      rows = report.rows
      bytes = report.bytes
      tables = report.tables.map {
        Table(
          name: $0.name, file: $0.file, rows: $0.rows, bytes: $0.bytes, owned: $0.isOwned,
          masked: $0.masked)
      }
      unmasked = report.unmasked
      notes = report.notes
    }
  }

  // MARK: - Removal

  /// The plan as lines.
  static func lines(_ report: RemovalReport) -> [String] {
    var lines = report.tables.filter { $0.rows > 0 }.map {
      "\($0.name)  \(Plural.count($0.rows, "row"))"
    }
    for (table, rows) in report.staying.sorted(by: { $0.key < $1.key }) {
      let stays = rows == 1 ? "stays, since others refer to it" : "stay, since others refer to them"
      lines.append("\(table)  \(Plural.count(rows, "row")) \(stays)")
    }
    for (table, reason) in report.exempt.sorted(by: { $0.key < $1.key }) {
      lines.append("\(table)  stays as it is: exempt, \(reason)")
    }
    if report.seedSteps > 0 {
      lines.append("dbtool.seeds  \(Plural.count(report.seedSteps, "step")) forgotten")
    }
    return lines
  }

  static func removal(_ report: RemovalReport) -> Report {
    var result = Report()
    for line in lines(report) { result.line(line) }
    for (table, rows) in report.added.sorted(by: { $0.key < $1.key }) {
      result.line("\(table)  triggers added \(Plural.count(rows, "row"))", .doubtful)
    }
    for place in report.left {
      result.line(
        "left in \(place.name).\(place.column): \(Plural.count(place.rows, "row")); "
          + place.remedy, .bad)
    }
    let rows = Plural.count(report.rows, "row")
    guard report.isDone else {
      result.line("would delete \(rows) of tenant \(report.tenant.debugDescription)")
      return result
    }
    result.line(
      "removed \(rows) of tenant \(report.tenant.debugDescription)",
      report.left.isEmpty ? .good : .doubtful)
    result.line(
      "proven: no row is left in \(Plural.count(report.tables.count, "table")), the rows of others in "
        + "\(Plural.count(report.compared, "table")) are as they were, "
        + "\(Plural.count(report.asked, "column")) asked for the id",
      report.left.isEmpty ? .good : .doubtful)
    return result
  }

  /// What `seed remove` gives to programs.
  struct RemovalJSON: Encodable {
    struct Table: Encodable {
      var name: String
      var tenancy: String
      var rows: Int
    }

    struct Remainder: Encodable {
      var name: String
      var column: String
      var rows: Int
      var remedy: String
    }

    struct Proof: Encodable {
      var tablesEmpty: Int
      var tablesCompared: Int
      var columnsAsked: Int
    }

    var schema = "dbtool.seed-remove/1"
    var tenant: String
    var removed: Bool
    var rows: Int
    var tables: [Table]
    var staying: [String: Int]
    var exempt: [String: String]
    var added: [String: Int]
    var left: [Remainder]
    var seedSteps: Int
    var proof: Proof?

    init(_ report: RemovalReport) {
      tenant = report.tenant
      removed = report.isDone
      rows = report.rows
      tables = report.tables.map { Table(name: $0.name, tenancy: $0.tenancy, rows: $0.rows) }
      staying = report.staying
      exempt = report.exempt
      added = report.added
      left = report.left.map {
        Remainder(name: $0.name, column: $0.column, rows: $0.rows, remedy: $0.remedy)
      }
      seedSteps = report.seedSteps
      proof =
        report.isDone
        ? Proof(
          tablesEmpty: report.tables.count, tablesCompared: report.compared,
          columnsAsked: report.asked) : nil
    }
  }
}
