extension CheckReport {
  /// The same with other paths for its files.
  ///
  /// - Parameter moved: The path for each one; it is asked once a file.
  package func located(_ moved: (String) -> String) -> CheckReport {
    var known: [String: String] = [:]
    func path(_ file: String) -> String {
      if let path = known[file] { return path }
      let path = moved(file)
      known[file] = path
      return path
    }
    var report = self
    for index in findings.indices {
      guard let location = findings[index].location else { continue }
      report.findings[index].location?.file = path(location.file)
    }
    for index in migrations.indices { report.migrations[index].file = path(migrations[index].file) }
    if let change { report.change?.files = change.files.map(path) }
    for (index, table) in (isolation?.tables ?? []).enumerated() {
      guard let location = table.location else { continue }
      report.isolation?.tables[index].location?.file = path(location.file)
    }
    return report
  }
}
