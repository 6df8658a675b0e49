/// What was tried where somebody must look, for readers without the script and on paper.
struct TableTroubles: Sendable {
  /// Tables that are shown.
  static let limit = 60

  /// The lines of the matrix.
  var rows: [MatrixRow]
  /// How tables are named.
  var names: TableNames

  /// The tables, folded; nil when nothing needs a look.
  var markup: HTML? {
    let troubled = rows.filter(\.needsLook)
    guard !troubled.isEmpty else { return nil }
    return Pieces.folded("\(Figures.count(troubled.count, "table")) to look at, in words") {
      HTML(troubled.prefix(Self.limit).map(table))
      Pieces.rest(troubled.count - Self.limit, "table")
    }
  }

  private func table(_ row: MatrixRow) -> HTML {
    let operations = CheckReport.Isolation.operations.filter {
      row.needsLook($0)
    }
    return HTML("div", ["class": "trouble"]) {
      HTML("h3") { Pieces.code(names.short(row.first.name)) }
      for operation in operations {
        HTML("p") {
          HTML("span", ["class": "operation"]) { operation }
          " "
          if let verdict = row.verdict(operation) { Badge(verdict).markup }
          " \(byRole(row, operation))"
        }
        seen(row.probes(operation).filter { !$0.isGood })
      }
      for note in row.first.notes { HTML("p", ["class": "table-note"]) { note } }
      if let location = row.first.location { HTML("p") { Pieces.place(location) } }
    }
  }

  private func seen(_ probes: [CheckReport.Isolation.Probe]) -> HTML? {
    guard !probes.isEmpty else { return nil }
    return HTML("ul") {
      for probe in probes {
        HTML("li") { "as \(probe.role): \(probe.attempt): \(probe.outcome)" }
      }
    }
  }

  private func byRole(_ row: MatrixRow, _ operation: String) -> String {
    row.first.operationsByRole.sorted { $0.key < $1.key }
      .compactMap { role, verdicts in
        verdicts[operation].map { "\(role): \(Badge($0).word)" }
      }
      .joined(separator: ", ")
  }
}
