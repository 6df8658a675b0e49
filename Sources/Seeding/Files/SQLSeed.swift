package import SQLSyntax
internal import SourceFiles

/// A seed file of SQL statements.
package struct SQLSeed: Sendable, Equatable {
  /// On whose behalf it runs.
  package var scope: SeedFile.Scope
  /// Its text without a byte order mark.
  package var text: String
  /// Its statements.
  package var statements: [Statement]

  /// Reads a file from its bytes.
  ///
  /// - Throws: `SeedError` for bytes that are not UTF-8, a syntax error, an unknown directive, no
  ///   statement at all, and statements that a seed may not hold.
  package init(path: String, bytes: [UInt8]) throws(SeedError) {
    let text = try SeedError.wrap { () throws(SourceFileError) in
      try SourceText.decode(bytes, file: path)
    }
    self.text = text
    do {
      statements = try StatementSplitter.split(text)
    } catch {
      throw SeedError(
        .syntax, error.message, file: path,
        location: error.utf8Offset.map { SourceLocation(utf8Offset: $0, in: text) })
    }
    guard let first = statements.first else {
      throw SeedError(.emptyFile, "the file holds no statement", file: path, remedy: "Remove it.")
    }
    let comments = text.utf8.prefix(first.utf8Offset)
    scope = try Self.scope(comments: String(Substring(comments)), path: path)
    for statement in statements {
      guard let (reason, remedy) = Self.refusal(of: statement, scope: scope) else { continue }
      throw SeedError(
        .forbiddenStatement, reason, file: path, location: statement.location,
        statement: statement.text, remedy: remedy)
    }
  }

  /// The place that an error about `statement` is about: the server's position or else its
  /// beginning.
  func location(of statement: Statement, position: Int?) -> SourceLocation {
    statement.location(ofPosition: position, in: text)
  }

  private static func scope(comments: String, path: String) throws(SeedError) -> SeedFile.Scope {
    var scope = SeedFile.Scope.tenant
    let lines = comments.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let directive = directive(in: line) else { continue }
      guard directive == "as-admin" else {
        throw SeedError(
          .unknownDirective, "unknown directive \(directive.debugDescription)", file: path,
          location: SourceLocation(line: index + 1, column: 1),
          remedy: "The directive of a seed file is `-- dbtool: as-admin`.")
      }
      scope = .administrator
    }
    return scope
  }

  /// What follows `-- dbtool:` on a line.
  private static func directive(in line: Substring) -> String? {
    var rest = line.drop(while: \.isWhitespace)
    guard rest.hasPrefix("--") else { return nil }
    rest = rest.dropFirst(2).drop(while: \.isWhitespace)
    guard rest.hasPrefix("dbtool:") else { return nil }
    return rest.dropFirst("dbtool:".count).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }

  private static func refusal(
    of statement: Statement, scope: SeedFile.Scope
  ) -> (reason: String, remedy: String)? {
    let transaction = "Each seed file runs in a transaction of its own; leave this out."
    switch statement.kind {
    case .begin, .commit, .rollback:
      return ("a seed file may not begin or end a transaction", transaction)
    case .copy:
      return ("a seed file may not hold COPY", "Put the rows into a .csv file.")
    case .other, .ddl:
      let traits = StatementTraits(parsing: statement.text)
      if traits.refusesTransactionBlock {
        return ("this statement cannot run inside a transaction", transaction)
      }
      // A guard against mistakes. Whoever can write seeds can also write one that runs as admin.
      guard traits.changesRole, scope == .tenant else { return nil }
      return (
        "a tenant's seed may not change the role that it runs as",
        "For administrative work begin the file with `-- dbtool: as-admin`."
      )
    case .select, .insert, .update, .delete, .merge:
      return nil
    }
  }
}
