/// How the files of a folder are named and divided: dbtool's own way, or that of another tool.
package enum MigrationLayout: String, Sendable, CaseIterable {
  /// `VERSION_name.up.sql` and `.down.sql`.
  case dbtool
  /// The same.
  case golangMigrate = "golang-migrate"
  /// `VERSION_name.sql` with `-- migrate:up` and `-- migrate:down`.
  case dbmate
  /// `VERSION_name.sql` with `-- +goose Up` and `-- +goose Down`.
  case goose
  /// `V1__name.sql`, and `U1__name.sql` for the way back.
  case flyway
  /// `VERSION_name.sql`, without a way back.
  case supabase

  /// True when the way back stands in the same file.
  var dividesFiles: Bool { self == .dbmate || self == .goose }

  /// What a name has to look like, for messages.
  var namePattern: String {
    switch self {
    case .dbtool, .golangMigrate: "VERSION_name.up.sql (or .down.sql, .verify.sql)"
    case .dbmate, .goose, .supabase: "VERSION_name.sql (or .verify.sql)"
    case .flyway: "V1__name.sql (or U1__name.sql, V1__name.verify.sql)"
    }
  }

  /// What the name of a file says.
  func parse(_ fileName: String) throws(MigrationFileName.Flaw) -> MigrationFileName {
    switch self {
    case .dbtool, .golangMigrate: return try MigrationFileName(parsing: fileName)
    case .dbmate, .goose, .supabase:
      guard !fileName.hasSuffix(".verify.sql"), fileName.hasSuffix(".sql") else {
        return try MigrationFileName(parsing: fileName)
      }
      return try MigrationFileName(parsing: fileName.dropLast(".sql".count) + ".up.sql")
    case .flyway: return try flyway(fileName)
    }
  }

  private func flyway(_ fileName: String) throws(MigrationFileName.Flaw) -> MigrationFileName {
    let isVerify = fileName.hasSuffix(".verify.sql")
    let stem = fileName.dropLast((isVerify ? ".verify.sql" : ".sql").count)
    guard let kind = stem.first, ["V", "U"].contains(kind) else {
      let isRepeatable = stem.hasPrefix("R__")
      throw .init(
        reason: isRepeatable
          ? "repeatable migrations belong into the folder of policies, which is applied again when "
            + "it changes" : "its name begins with neither V nor U")
    }
    let rest = stem.dropFirst()
    guard let line = rest.firstRange(of: "__") else {
      throw .init(reason: "its name has no __ after the version")
    }
    let version = rest[..<line.lowerBound]
    guard version.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw .init(reason: "its version is not one integer, as dbtool's versions are")
    }
    let role = isVerify ? "verify" : kind == "U" ? "down" : "up"
    return try MigrationFileName(parsing: "\(version)_\(rest[line.upperBound...]).\(role).sql")
  }

  /// A line that begins a part of a file.
  private enum Marker {
    case up(isTransactional: Bool)
    case down(isTransactional: Bool)
    /// goose: the whole file runs without a transaction.
    case noTransaction
  }

  /// True when a file of this layout has a way back in it.
  func hasDown(_ text: String) -> Bool {
    dividesFiles
      && Self.lines(of: text).contains { line in
        if case .down = marker(line) { true } else { false }
      }
  }

  /// The text with all but one part blanked, so that places in it stay what they are.
  ///
  /// Comments before the first part are of the whole file: directives stand there.
  ///
  /// - Returns: nil when the part is not there.
  func part(_ role: MigrationFileName.Role, of text: String) -> String? {
    guard dividesFiles, role != .verify else { return text }
    var isHead = true
    var isInside = false
    var isThere = false
    let lines = Self.lines(of: text).map { line -> String in
      var isOutsideTransaction = false
      switch marker(line) {
      case .up(let isTransactional)?:
        (isHead, isInside) = (false, role == .up)
        isOutsideTransaction = isInside && !isTransactional
      case .down(let isTransactional)?:
        (isHead, isInside) = (false, role == .down)
        isOutsideTransaction = isInside && !isTransactional
      case .noTransaction?: isOutsideTransaction = true
      case nil: if isInside || isHead && line.utf8.starts(with: "--".utf8) { return String(line) }
      }
      isThere = isThere || isInside
      return Self.blank(line, directive: isOutsideTransaction)
    }
    return isThere ? lines.joined(separator: "\n") : nil
  }

  /// The lines without their line feeds; a carriage return before one stays, as white space.
  ///
  /// To Swift both together are one character, at which `split(separator: "\n")` does not cut.
  private static func lines(of text: String) -> [Substring] {
    text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { Substring($0) }
  }

  private func marker(_ line: Substring) -> Marker? {
    let words = line.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
    guard let first = words.first, first.hasPrefix("--") else { return nil }
    let rest = [String(first.dropFirst(2))].filter { !$0.isEmpty } + words.dropFirst()
    switch self {
    case .dbmate:
      let isTransactional = !rest.contains("transaction:false")
      if rest.first == "migrate:up" { return .up(isTransactional: isTransactional) }
      if rest.first == "migrate:down" { return .down(isTransactional: isTransactional) }
    case .goose:
      guard rest.first == "+goose" else { return nil }
      switch rest.dropFirst().joined(separator: " ") {
      case "up": return .up(isTransactional: true)
      case "down": return .down(isTransactional: true)
      case "no transaction": return .noTransaction
      default: return nil
      }
    default: break
    }
    return nil
  }

  /// As many bytes of white space, or the directive for a run without a transaction.
  private static func blank(_ line: Substring, directive: Bool) -> String {
    let text = directive ? "--dbtool:no-transaction" : ""
    return text + String(repeating: " ", count: max(0, line.utf8.count - text.utf8.count))
  }
}
