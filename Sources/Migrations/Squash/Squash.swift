internal import SQLSyntax
internal import SourceFiles

/// Migrations that follow each other and become one.
package struct Squash: Sendable, Equatable {
  /// The migrations that are folded, lowest version first; there are at least two.
  package let folded: [Migration]
  /// The name of the one that they become.
  package let name: String
  /// The files without those that are folded and those after them.
  package let before: MigrationDirectory
  /// The files up to and with those that are folded.
  package let through: MigrationDirectory
  private let scripts: [MigrationScript]

  /// The version of the one that they become: the newest one's.
  package var version: Int64 { folded[folded.count - 1].version }
  /// `VERSION_name`, as messages call it.
  package var label: String { "\(version)_\(name)" }

  /// Folds the migrations from one version to another, both included; all without any.
  ///
  /// - Throws: `MigrationError` when there are no two such, or their files cannot be folded.
  package init(
    _ directory: MigrationDirectory, from first: Int64?, to last: Int64?, name: String
  ) throws(MigrationError) {
    guard directory.layout == .dbtool else {
      throw MigrationError(
        .badFileName, "files of \(directory.layout.rawValue) cannot be folded",
        file: directory.path,
        remedy: "a squash tells what it stands for in the files of dbtool's own layout only")
    }
    for version in [first, last].compactMap(\.self) where directory[version: version] == nil {
      throw MigrationError(
        .unknownVersion, "there is no migration of version \(version)", file: directory.path,
        remedy: "name one of the versions that `dbtool migrate status` lists")
    }
    folded = directory.migrations.filter {
      $0.version >= first ?? .min && $0.version <= last ?? .max
    }
    guard folded.count > 1, let start = folded.first?.version else {
      throw MigrationError(
        .unknownVersion, "there are no two migrations to fold", file: directory.path,
        remedy: "give --from and --to so that at least two lie between them")
    }
    self.name = name
    var before = directory
    before.migrations.removeAll { $0.version >= start }
    self.before = before
    var through = before
    through.migrations += folded
    self.through = through
    var scripts: [MigrationScript] = []
    for migration in folded {
      scripts.append(
        try MigrationScript.load(migration.upFile, template: directory.template))
    }
    self.scripts = scripts
  }

  /// The file that brings what a script brings, and says what it stands for.
  ///
  /// - Parameter remark: A sentence for people about how the script was made.
  package func file(running script: String, remark: String) -> String {
    head(remark, [], isTransactional: true) + "\n" + script
  }

  /// The file with what the folded files say, one after another.
  package var concatenation: String {
    let isTransactional = scripts.allSatisfy(\.directives.isTransactional)
    var text = head(
      "Their statements one after another.", scripts.flatMap(\.directives.allowances),
      isTransactional: isTransactional)
    for (migration, script) in zip(folded, scripts) {
      text += "\n-- \(migration.label)\n"
      let opens = !isTransactional && script.directives.isTransactional
      if opens { text += "BEGIN;\n" }
      text += Self.body(of: script)
      // What a file sets ends with the file.
      if script.statements.contains(where: Self.sets) {
        text += "RESET SESSION AUTHORIZATION;\nRESET ROLE;\nRESET ALL;\n"
      }
      if opens { text += "COMMIT;\n" }
    }
    return text
  }

  /// The verify files of those that are folded, one after another; nil when there are none.
  ///
  /// - Throws: `MigrationError` when one cannot be read.
  package func verification() throws(MigrationError) -> String? {
    var text = ""
    for migration in folded {
      guard let file = migration.verifyFile else { continue }
      let script = try MigrationScript.load(file)
      text += "-- \(migration.label)\n" + Self.body(of: script)
    }
    return text.isEmpty ? nil : text
  }

  /// Those whose text would be another with other variables.
  package var withVariables: [Migration] {
    zip(folded, scripts).filter { _, script in
      script.statements.contains { script.source(of: $0) != $0.text }
    }.map(\.0)
  }

  /// The directory in which the folded ones are one file, which may lie anywhere.
  ///
  /// - Throws: `MigrationError` when the file cannot be read.
  package func directory(with file: String) throws(MigrationError) -> MigrationDirectory {
    let checksum = try MigrationScript.load(file, template: before.template).checksum
    var directory = before
    directory.migrations.append(
      Migration(version: version, name: name, upFile: file, checksum: checksum))
    return directory
  }

  private func head(
    _ remark: String, _ allowances: [MigrationDirectives.Allowance], isTransactional: Bool
  ) -> String {
    var lines = [
      "-- \(folded.count) migrations in one: \(folded[0].label) to \(folded[folded.count - 1].label).",
      "-- \(remark)",
      "-- A database that has all of them has this one; do not change the lines below.",
    ]
    if !isTransactional { lines.append("-- dbtool: no-transaction") }
    for allowance in allowances {
      let line = "-- dbtool: allow=\(allowance.rule) reason=\(allowance.reason)"
      if !lines.contains(line) { lines.append(line) }
    }
    for (migration, script) in zip(folded, scripts) {
      for replaced in script.directives.replacements {
        lines.append("-- dbtool: may-replace=\(replaced.version) sha256=\(replaced.checksum)")
      }
      lines.append("-- dbtool: replaces=\(migration.version) sha256=\(migration.checksum)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The text from the first statement on, ended so that others may follow.
  private static func body(of script: MigrationScript) -> String {
    guard let first = script.statements.first, let last = script.statements.last else { return "" }
    let bytes = Array(script.text.utf8)
    let end = last.utf8Offset + script.source(of: last).utf8.count
    var text = String(decoding: bytes[first.utf8Offset..<end], as: UTF8.self) + ";"
    // What stands behind the last statement are comments.
    let rest = String(decoding: bytes[end...], as: UTF8.self)
      .drop { $0.isWhitespace || $0 == ";" }
    if !rest.isEmpty { text += "\n" + rest }
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  private static func sets(_ statement: Statement) -> Bool {
    let text = statement.text.lowercased()
    return text.hasPrefix("set ") || text.hasPrefix("set\n") || text.contains("set_config")
  }
}
