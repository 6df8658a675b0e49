@testable import Migrations
@testable import Postgres
@testable import SQLSyntax

extension FuzzTarget {
  /// Files and the rows of a ledger are refused with an error, or each of them counts once and in
  /// its order.
  ///
  /// An input is the text of a file, names of files, and rows as COPY writes them.
  static let ledger = FuzzTarget(name: "ledger") { input in
    let parts = parts(input, 3)
    let names = lines(parts[1])
    for layout in MigrationLayout.allCases {
      for role in [MigrationFileName.Role.up, .down, .verify] {
        try read(parts[0], layout: layout, role: role)
      }
      for name in names where name.hasSuffix(".sql") { try read(name, layout: layout) }
    }
    try isSilentBefore(parts[0])
    try compare(names, rows(lines(parts[2])))
  }

  private static func lines(_ text: String) -> [String] {
    text.unicodeScalars.split(separator: "\n").prefix(20).map { String($0) }
  }

  // MARK: - Files

  private static func read(
    _ text: String, layout: MigrationLayout, role: MigrationFileName.Role
  ) throws {
    let bytes = Array(text.utf8)
    if let part = layout.part(role, of: text) {
      // The directive for a run without a transaction may be longer than the line it stands for.
      try hold(
        part.utf8.count >= bytes.count, "\(layout): the part for \(role) has lost bytes")
      try hold(
        part.utf8.count { $0 == 10 } == bytes.count { $0 == 10 },
        "\(layout): the part for \(role) has other lines")
    }
    for template in [nil, Template(values: ["NAME": "'value'"], inBodies: true)] {
      let script: MigrationScript
      do {
        script = try MigrationScript(
          bytes: bytes, file: "1_a.up.sql", template: template, layout: layout, role: role)
      } catch {
        let count = bytes.count { $0 == 10 } + 1
        try hold((1...count).contains(error.line ?? 1), "\(error) is on none of \(count) lines")
        continue
      }
      try hold(!script.statements.isEmpty, "a file without a statement is taken")
      for statement in script.statements {
        let place = statement.utf8Offset
        let bytes = Array(script.text.utf8)
        try hold((0..<bytes.count).contains(place), "a statement stands at \(place)")
        if template == nil, !layout.dividesFiles {
          try hold(
            bytes[place...].starts(with: statement.text.utf8),
            "the file does not say so at \(place)")
        }
        _ = script.source(of: statement)
        let location = script.location(
          ofPosition: statement.text.unicodeScalars.count, in: statement)
        try hold(location.line >= statement.location.line, "a statement ends before it begins")
      }
    }
  }

  private static func read(_ name: String, layout: MigrationLayout) throws {
    guard let file = try? layout.parse(name) else { return }
    try hold(file.version > 0 && !file.name.isEmpty, "\(name) is version \(file.version)")
    try hold(
      name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
      "\(name.debugDescription) holds a control character")
    try hold(
      name.utf8.contains(Array(file.name.utf8)), "\(name) is not called \(file.name)")
  }

  /// The quick reader of a file's head finds a statement where the parser does, and its comments are
  /// those of PostgreSQL's scanner.
  private static func isSilentBefore(_ text: String) throws {
    let head = LeadingComments(of: Array(text.utf8)[...])
    guard let statements = try? StatementSplitter.split(text), let tokens = try? Token.all(in: text)
    else { return }
    try hold(
      head.isFollowedByText == !statements.isEmpty,
      "\(text.debugDescription): \(statements.count) statements, and \(head)")
    let comments = tokens.prefix { $0.isComment || $0.text == ";" }
      .map(\.text).filter { $0.utf8.starts(with: "--".utf8) }
    try hold(
      head.lines.map { Array("--\($0.text)".utf8) } == comments.map { Array($0.utf8) },
      "\(head.lines) are not \(comments)")
  }

  // MARK: - The ledger

  private static func rows(_ lines: [String]) -> QueryResult {
    let names = ["version", "name", "checksum", "applied_at", "duration_ms", "applied_by"]
    let cells = lines.flatMap { line -> [String?] in
      let cells = line.unicodeScalars.split(separator: "\t", omittingEmptySubsequences: false)
        .map { cell in String(cell) == "\\N" ? nil : String(cell) }
      return (0..<names.count).map { $0 < cells.count ? cells[$0] : nil }
    }
    return QueryResult(
      columns: names.map { QueryResult.Column(name: $0) }, cells: cells, commandTag: "SELECT",
      rowCount: lines.count, byteCount: 0)
  }

  private static func compare(_ names: [String], _ rows: QueryResult) throws {
    var listing = MigrationListing(folder: "migrations", layout: .dbtool)
    for name in names { listing.add(name) }
    let files = (try? listing.checked()) ?? []
    try hold(
      isRising(files.map(\.version)), "files are not in their order: \(files.map(\.version))")
    let directory = MigrationDirectory(
      path: "migrations",
      migrations: files.map {
        Migration(
          version: $0.version, name: $0.name, upFile: "/nonexistent/" + $0.up, downFile: $0.down,
          verifyFile: $0.verify, checksum: $0.name)
      })
    guard var ledger = try? MigrationLedger(rows: rows, .database) else { return }
    try hold(ledger.entries.count == rows.rows.count, "rows of the ledger are lost")
    // The query sorts, and the version is the table's key.
    ledger.entries = Dictionary(grouping: ledger.entries, by: \.version).values.map { $0[0] }
      .sorted { $0.version < $1.version }
    _ = ledger.digest(with: directory.migrations)
    let status = MigrationStatus(directory, ledger)
    try hold(isRising(status.entries.map(\.version)), "the status is not in its order")
    try hold(
      Set(status.entries.map(\.version))
        == Set(ledger.entries.map(\.version) + files.map(\.version)), "versions are lost")
    try hold(
      status.isUpToDate || !status.problems.isEmpty
        || status.entries.contains { $0.state == .pending },
      "nothing is said of what is not applied")
    for version in [0, ledger.newest?.version ?? 1] {
      _ = try? MigrationPlan.down(directory, ledger, to: version)
    }
    _ = try? MigrationPlan.up(directory, ledger)
    _ = try? MigrationPlan.redo(directory, ledger)
    _ = try? LedgerChange.repair(status, ledger)
  }

  private static func isRising(_ versions: [Int64]) -> Bool {
    zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 }
  }
}
