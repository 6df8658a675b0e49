import Migrations
import Postgres
import Schema
import Wording

/// Builds with the old files and with the new one, and compares.
struct SquashTrial {
  /// What was found equal.
  struct Proof: CustomStringConvertible {
    var objects: Int
    var rows: Int
    var comparesValues: Bool

    var description: String {
      let rows = comparesValues ? "rows" : "numbers of rows"
      return "both build the same: \(Plural.count(objects, "object")) and "
        + "\(Plural.count(self.rows, "row")) compared"
        + (comparesValues ? "" : " (\(rows), not their values)")
    }
  }

  /// What a server holds.
  private struct Content {
    var schema: SchemaSnapshot
    var rows: SchemaRows
  }

  private let squash: Squash
  private let concatenates: Bool
  private let console: Console
  private let before: Content
  private let after: Content

  /// More rows than these are seeds, not schema.
  private static let rowLimit = 5_000

  /// Applies the old files to a throwaway server.
  init(_ squash: Squash, concatenates: Bool, _ console: Console) throws {
    self.squash = squash
    self.concatenates = concatenates
    self.console = console
    console.progress("applying them one by one to a throwaway server")
    console.status("applying the old files")
    defer { console.clearStatus() }
    let scratch = try ScratchServer(console)
    defer { scratch.close() }
    do {
      try Self.apply(squash.before, scratch)
      before = try Self.read(scratch)
      try Self.apply(squash.through, scratch)
      after = try Self.read(scratch)
    } catch let error as MigrationError where error.code != .interrupted {
      throw Self.onScratch(
        error, remedy: "the files must build the schema on an empty server; nothing was changed")
    }
  }

  /// What is kept on a server that goes away is of no interest.
  private static func onScratch(_ error: MigrationError, remedy: String) -> MigrationError {
    var error = error
    error.state = nil
    error.remedy = remedy
    return error
  }

  /// The new file.
  ///
  /// - Throws: `UsageError` for what only the statements themselves can bring.
  func text() throws -> String {
    if concatenates { return squash.concatenation }
    let remedy = "dbtool migrate squash --concatenate keeps the statements as they are"
    if let migration = squash.withVariables.first {
      throw UsageError(
        "\(migration.upFile) has variables, whose values would stay in the new file",
        remedy: remedy)
    }
    let difference = SchemaDifference(from: before.schema, to: after.schema)
    let others = difference.items.filter { $0.kind == .other }.map(\.name)
    guard others.isEmpty else {
      throw UsageError(
        "the migrations bring what dbtool does not write: \(others.joined(separator: ", "))",
        remedy: remedy)
    }
    if let table = after.rows.tables.first(where: { $0.count > Self.rowLimit }) {
      throw UsageError(
        "the migrations put more than \(Self.rowLimit) rows into \(table.name)", remedy: remedy)
    }
    guard let rows = after.rows.script(after: before.rows) else {
      throw UsageError(
        "the migrations change rows that earlier ones put in", remedy: remedy)
    }
    return squash.file(
      running: script(difference, rows), remark: "Written from the schema that they build.")
  }

  /// The statements, with the rows as soon as all tables are there: before foreign keys, triggers
  /// and policies.
  private func script(_ difference: SchemaDifference, _ rows: String) -> String {
    var text = "SET check_function_bodies = off;\nSET search_path = '';\n\n"
    let tables: Set<SchemaObject.Kind> = [.table, .column, .constraint]
    var items = difference
    for index in items.items.indices where after.rows.unfilled.contains(items.items[index].name) {
      items.items[index].sql = items.items[index].sql.map { sql in
        sql.hasPrefix(Self.filled) ? sql + "\nWITH NO DATA" : sql
      }
    }
    let last = items.items.lastIndex { tables.contains($0.kind) } ?? -1
    let (before, behind) = (items.items.prefix(last + 1), items.items.dropFirst(last + 1))
    items.items = Array(before)
    text += items.script
    if !rows.isEmpty { text += "\n" + rows + "\n" }
    items.items = Array(behind)
    text += items.script
    // Those that came before the rows are still empty.
    for item in before where !rows.isEmpty && !after.rows.unfilled.contains(item.name) {
      if item.sql.contains(where: { $0.hasPrefix(Self.filled) }) {
        text += "REFRESH MATERIALIZED VIEW \(item.name);\n"
      }
    }
    return text
  }

  /// How statements begin that fill a view as they make it.
  private static let filled = "CREATE MATERIALIZED VIEW "

  /// Applies the new file to a second server and compares.
  ///
  /// - Throws: `UsageError` when something differs; nothing is written then.
  func prove(_ text: String) throws -> Proof {
    console.progress("applying the one to another, and comparing")
    console.status("applying the new file")
    defer { console.clearStatus() }
    let scratch = try ScratchServer(console)
    defer { scratch.close() }
    let file = try Files.temporary(text, name: squash.label + ".up.sql")
    defer { try? Files.remove(file) }
    try Self.apply(squash.before, scratch)
    do {
      try Self.apply(squash.directory(with: file), scratch)
    } catch let error as MigrationError where error.code != .interrupted {
      throw Self.onScratch(
        error,
        remedy: concatenates
          ? "they do not run one after another in one file: fold fewer of them; nothing was changed"
          : "dbtool migrate squash --concatenate keeps the statements as they are; nothing was changed"
      )
    }
    let built = try Self.read(scratch)
    let difference = SchemaDifference(from: built.schema, to: after.schema)
    guard difference.isEmpty else {
      throw UsageError(
        "the one file does not build the same; it lacks:\n\(difference.script)",
        remedy: concatenates
          ? "fold fewer migrations"
          : "dbtool migrate squash --concatenate keeps the statements as they are")
    }
    // Statements that ask for the time or for random values give others each time.
    let table =
      concatenates
      ? differing(built.rows) { $0.count == $1.count } : differing(built.rows, by: ==)
    if let table {
      throw UsageError(
        "the one file does not put the same rows into \(table)",
        remedy: "fold fewer migrations, or move rows to seeds")
    }
    guard concatenates || built.rows.sequences == after.rows.sequences else {
      throw UsageError(
        "the one file leaves sequences elsewhere",
        remedy: "dbtool migrate squash --concatenate keeps the statements as they are")
    }
    guard built.rows.unfilled == after.rows.unfilled else {
      throw UsageError(
        "the one file fills other materialized views",
        remedy: "dbtool migrate squash --concatenate keeps the statements as they are")
    }
    return Proof(
      objects: after.schema.objects.count, rows: after.rows.count, comparesValues: !concatenates)
  }

  private func differing(
    _ built: SchemaRows, by isSame: (SchemaRows.Table, SchemaRows.Table) -> Bool
  ) -> String? {
    let names = Set((built.tables + after.rows.tables).map(\.name)).sorted()
    return names.first { name in
      guard let one = built.tables.first(where: { $0.name == name }),
        let other = after.rows.tables.first(where: { $0.name == name })
      else { return true }
      return !isSame(one, other)
    }
  }

  private static func apply(_ directory: MigrationDirectory, _ scratch: ScratchServer) throws {
    guard !directory.migrations.isEmpty else { return }
    try MigrationRunner.apply(
      .up(directory, .read(on: scratch.connection)), on: scratch.connection,
      options: MigrationOptions(
        toolVersion: Version.current, cancellation: Interrupts.cancellation))
  }

  private static func read(_ scratch: ScratchServer) throws -> Content {
    Content(
      schema: try SchemaSnapshot.read(scratch.connection),
      rows: try SchemaRows.read(scratch.connection, limit: rowLimit))
  }
}
