internal import Digests
package import SQLSyntax
internal import SourceFiles

/// A migration file, read, cut into statements and found fit to run.
package struct MigrationScript: Sendable, Equatable {
  /// The file.
  package var file: String
  /// Its text, which positions refer to.
  package var text: String
  /// SHA-256 of exactly the bytes that `text` was read from.
  package var checksum: String
  /// What its head asks for.
  package var directives: MigrationDirectives
  /// Its statements in order, as they are sent; their places are those in the file.
  package var statements: [Statement]
  /// Where the statements stand in the text after variables were replaced; empty without any.
  private var expansion: TemplateExpansion?
  private var expandedOffsets: [Int: Int] = [:]

  /// Reads and checks a file.
  ///
  /// - Parameters:
  ///   - template: The values of variables; nil leaves `${NAME}` as it is.
  ///   - layout: How the file is divided.
  ///   - isDown: True for the way back, when it stands in the same file.
  /// - Throws: `MigrationError` with file and line.
  package static func load(
    _ file: String, template: Template? = nil, layout: MigrationLayout = .dbtool,
    isDown: Bool = false
  ) throws(MigrationError) -> MigrationScript {
    let bytes = try MigrationError.wrap { () throws(SourceFileError) in
      try SourceFiles.bytes(ofFile: file)
    }
    return try MigrationScript(
      bytes: bytes, file: file, template: template, layout: layout, role: isDown ? .down : .up)
  }

  /// Checks the content of a file.
  init(
    bytes: [UInt8], file: String, template: Template? = nil, layout: MigrationLayout = .dbtool,
    role: MigrationFileName.Role = .up
  ) throws(MigrationError) {
    self.file = file
    text = try MigrationError.wrap { () throws(SourceFileError) in
      try SourceText.decode(bytes, file: file)
    }
    checksum = SHA256.hexDigest(of: bytes)
    guard let part = layout.part(role, of: text) else {
      throw MigrationError(
        .badDirective, "the file has no part for \(role.rawValue)", file: file,
        remedy: "begin it as \(layout.rawValue) wants it")
    }
    let source = Array(part.utf8)
    let head = LeadingComments(of: source[...])
    directives = try MigrationDirectives(head.lines, file: file)
    let expansion = try template?.expand(part, file: file)
    let sent = expansion?.text ?? part
    do {
      statements = try StatementSplitter.split(sent)
    } catch {
      var error = error
      if let offset = error.utf8Offset, let expansion {
        error.utf8Offset = expansion.original(of: offset)
      }
      throw Self.syntaxError(error, text: text, file: file)
    }
    guard !statements.isEmpty else { throw Self.emptyFile(file) }
    try checkForLateDirectives(Array(sent.utf8))
    if let expansion, !expansion.isUnchanged { place(in: expansion) }
    for statement in statements { try check(statement) }
  }

  /// The place of a character position, counted from 1, that the server gave for a statement.
  package func location(ofPosition position: Int?, in statement: Statement) -> SourceLocation {
    guard let expansion, let start = expandedOffsets[statement.utf8Offset] else {
      return statement.location(ofPosition: position)
    }
    let scalars = statement.text.unicodeScalars.prefix(max(0, (position ?? 1) - 1))
    let offset = start + String(String.UnicodeScalarView(scalars)).utf8.count
    return SourceLocation(utf8Offset: expansion.original(of: offset), in: text)
  }

  /// A statement as the file has it, without the values of variables, which may be secrets.
  package func source(of statement: Statement) -> String {
    guard let expansion, let start = expandedOffsets[statement.utf8Offset] else {
      return statement.text
    }
    let end = expansion.original(of: start + statement.text.utf8.count)
    let bytes = Array(text.utf8)
    return String(
      decoding: bytes[statement.utf8Offset..<max(statement.utf8Offset, end)], as: UTF8.self)
  }

  /// Gives the statements the places that they have in the file.
  private mutating func place(in expansion: TemplateExpansion) {
    self.expansion = expansion
    var lines = LineIndex(text)
    for index in statements.indices {
      let offset = statements[index].utf8Offset
      let original = expansion.original(of: offset)
      statements[index].utf8Offset = original
      statements[index].location = lines.location(of: original)
      // Several may begin in one value.
      if expandedOffsets[original] == nil { expandedOffsets[original] = offset }
    }
  }

  static func emptyFile(_ file: String) -> MigrationError {
    MigrationError(
      .emptyFile, "the file holds no SQL statement, only comments and white space", file: file,
      remedy: "write the statements, or remove the file")
  }

  private static func syntaxError(
    _ error: SyntaxError, text: String, file: String
  ) -> MigrationError {
    var result = MigrationError(
      .syntax, error.message, file: file,
      remedy: "correct the SQL (commands of psql such as \\i are not SQL); nothing was run")
    if let offset = error.utf8Offset {
      let location = SourceLocation(utf8Offset: offset, in: text)
      result.line = location.line
      result.column = location.column
    }
    return result
  }

  /// A directive after the first statement would be silently without effect.
  private func checkForLateDirectives(_ source: [UInt8]) throws(MigrationError) {
    for (index, statement) in statements.enumerated() {
      let end = statement.utf8Offset + statement.text.utf8.count
      let next = index + 1 < statements.count ? statements[index + 1].utf8Offset : source.count
      guard source[end..<next].contains(UInt8(ascii: "-")) else { continue }
      for comment in LeadingComments(of: source[end..<next]).lines
      where MigrationDirectives.directive(in: comment.text) != nil {
        // Lines are counted from the end of the statement, so the statement's own come on top.
        let above = SourceLocation(utf8Offset: end, in: text).line - 1
        throw MigrationDirectives.error(
          "a directive after the first statement has no effect", file: file,
          line: above + comment.line)
      }
    }
  }

  private func check(_ statement: Statement) throws(MigrationError) {
    if directives.isTransactional, let lone = LoneStatement(parsing: statement.text),
      lone != .procedure
    {
      throw error(
        .needsNoTransaction, "PostgreSQL does not run this statement inside a transaction",
        at: statement,
        remedy: "begin the file with the line -- dbtool: no-transaction: each of its statements is "
          + "then recorded by itself, and a run that is stopped goes on where it was")
    }
    // The parser has to be asked only about statements that begin with one of these words.
    let word = statement.text.prefix { $0.isASCII && $0.isLetter }.lowercased()
    if word == "set", Self.setsOtherEncoding(statement.text) {
      throw error(
        .clientEncoding, "the file is sent as UTF-8, which the server would read as something else",
        at: statement, remedy: "remove the statement, and keep the file in UTF-8")
    }
    guard
      ["begin", "start", "commit", "end", "rollback", "abort", "prepare", "copy"].contains(word)
    else { return }
    switch statement.kind {
    case .begin, .commit, .rollback:
      // Without the one transaction a file may use its own.
      guard directives.isTransactional else { return }
      throw error(
        .transactionControl, "\(word.uppercased()) would end the transaction that the file runs in",
        at: statement,
        remedy: "remove it: each migration runs in one transaction with its ledger row; or begin "
          + "the file with -- dbtool: no-transaction")
    case .copy where Self.copiesFromOrToClient(statement.text):
      throw error(
        .clientCopy, "COPY from STDIN or to STDOUT has no data to read or place to write to",
        at: statement, remedy: "use INSERT, or load the rows as seed data")
    default: return
    }
  }

  private func error(
    _ code: MigrationError.Code, _ message: String, at statement: Statement, remedy: String
  ) -> MigrationError {
    var error = MigrationError(code, message, file: file, remedy: remedy)
    error.line = statement.location.line
    error.column = statement.location.column
    error.statement = source(of: statement)
    return error
  }

  /// The grammar takes either word in either direction; file names stand in quotes.
  private static func copiesFromOrToClient(_ text: String) -> Bool {
    let words = text.lowercased().split { !$0.isLetter && !"_'\"".contains($0) }
    return zip(words, words.dropFirst()).contains { before, word in
      ["from", "to"].contains(before) && ["stdin", "stdout"].contains(word)
    }
  }

  /// True for `SET client_encoding TO x` and `SET NAMES x` unless x is UTF-8 or the default.
  private static func setsOtherEncoding(_ text: String) -> Bool {
    var words = text.prefix(200).lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      .dropFirst()
    if let scope = words.first, ["session", "local"].contains(scope) { words.removeFirst() }
    guard let name = words.popFirst(), ["client_encoding", "names"].contains(name) else {
      return false
    }
    if words.first == "to" { words.removeFirst() }
    // 'UTF-8' comes apart at its dash.
    return !["utf8", "unicode", "default", "utf"].contains(words.first ?? "default")
  }
}
