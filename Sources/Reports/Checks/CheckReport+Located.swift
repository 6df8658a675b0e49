extension CheckReport {
  /// The same with the paths of files as seen from a folder above.
  ///
  /// - Parameter prefix: The way from there, with a slash at its end; empty for the same folder.
  package func located(below prefix: String) -> CheckReport {
    guard !prefix.isEmpty else { return self }
    func moved(_ path: String) -> String { path.hasPrefix("/") ? path : prefix + path }
    var report = self
    for index in findings.indices {
      report.findings[index].location?.file = moved(findings[index].location?.file ?? "")
    }
    for index in migrations.indices {
      report.migrations[index].file = moved(migrations[index].file)
    }
    if let change { report.change?.files = change.files.map(moved) }
    if let isolation {
      for index in isolation.tables.indices {
        let file = isolation.tables[index].location?.file ?? ""
        report.isolation?.tables[index].location?.file = moved(file)
      }
    }
    return report
  }
}
