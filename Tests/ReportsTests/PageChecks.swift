import Foundation
import Reports
import TestSupport
import Testing

/// Pages looked at with tools of others: a browser, axe-core, html5lib and tidy.
enum PageChecks {
  /// True when all of them are installed.
  static let areThere: Bool = {
    let programs = ["/usr/bin/chromedriver", "/usr/bin/tidy"]
    guard let python = PythonClients.interpreter,
      programs.allSatisfy({ FileManager.default.isExecutableFile(atPath: $0) })
    else { return false }
    let modules = "import axe_core_python, html5lib, selenium"
    let outcome = try? SpawnedProgram.run([python, "-c", modules], joinsErrors: true)
    return outcome?.status == 0
  }()

  /// What is said when they are not.
  static let absence: Comment = "the page's checks need chromium-driver, tidy and .venv-aws"

  /// A page and what is to be looked at.
  struct Job: Encodable {
    var page: String
    var checks: [String]
    var texts: [[String]] = []
    /// A check ends with the first thing that it finds wrong.
    var isFirstEnough = false

    init(
      _ page: String, _ checks: [String], texts: [[String]] = [], isFirstEnough: Bool = false
    ) {
      self.page = page
      self.checks = checks
      self.texts = texts
      self.isFirstEnough = isFirstEnough
    }
  }

  /// A report of the example application with holes in it, as the gate writes it.
  static func hotel() throws -> CheckReport {
    let path = SharedTestData.packageRoot + "/Tests/ReportsTests/hotel.gate.json"
    return try JSONDecoder().decode(
      CheckReport.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// What is wrong with pages, one line each; jobs hold the pages themselves, not their paths.
  static func complaints(_ jobs: [Job]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("dbtool-pages-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var placed = jobs
    for number in placed.indices {
      let file = folder.appendingPathComponent("\(number).html")
      try Data(placed[number].page.utf8).write(to: file)
      placed[number].page = file.path
    }
    let list = folder.appendingPathComponent("jobs.json")
    try JSONEncoder().encode(placed).write(to: list)
    let script = SharedTestData.packageRoot + "/Tests/ReportsTests/check_page.py"
    let (isGood, output) = try PythonClients.run(
      script, [list.path], environment: ["HOME": folder.path])
    let lines = output.split(separator: "\n").map(String.init)
    // A script that ends badly without a complaint did not look at all.
    return isGood || !lines.isEmpty ? lines : ["the checks did not run"]
  }
}
