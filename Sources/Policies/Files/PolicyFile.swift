internal import Digests
package import SQLSyntax
internal import SourceFiles

/// One file of policies: statements that may be run again and again with the same effect.
package struct PolicyFile: Sendable, Equatable {
  /// Its name in the folder, which is also its place in the order and its key in the ledger.
  package var name: String
  /// Its path, for messages.
  package var path: String
  /// SHA-256 of its bytes, in hexadecimal.
  package var checksum: String
  /// Its text without a byte order mark.
  package var text: String
  /// Its statements.
  package var statements: [Statement]

  /// Reads a file from its bytes.
  ///
  /// - Throws: `PolicyError` for bytes that are not UTF-8, a syntax error, no statement at all, and
  ///   statements that cannot be part of one transaction.
  package init(name: String, path: String, bytes: [UInt8]) throws(PolicyError) {
    self.name = name
    self.path = path
    checksum = SHA256.hexDigest(of: bytes)
    let text = try PolicyError.wrap { () throws(SourceFileError) in
      try SourceText.decode(bytes, file: path)
    }
    self.text = text
    do {
      statements = try StatementSplitter.split(text)
    } catch {
      throw PolicyError(
        .syntax, error.message, file: path,
        location: error.utf8Offset.map { SourceLocation(utf8Offset: $0, in: text) })
    }
    guard !statements.isEmpty else {
      throw PolicyError(
        .emptyFile, "the file holds no statement", file: path,
        remedy: "Remove it; what it once made in the database is dropped by another file.")
    }
    for statement in statements {
      guard let reason = Self.reasonToRefuse(statement) else { continue }
      throw PolicyError(
        .forbiddenStatement, reason, file: path, location: statement.location,
        statement: statement.text,
        remedy: "All policy files are applied in one transaction; put this into a migration.")
    }
  }

  private static func reasonToRefuse(_ statement: Statement) -> String? {
    switch statement.kind {
    case .begin, .commit, .rollback:
      "a policy file may not begin or end a transaction"
    case .copy:
      "a policy file may not hold COPY"
    case .other, .ddl:
      StatementTraits(parsing: statement.text).refusesTransactionBlock
        ? "this statement cannot run inside a transaction" : nil
    case .select, .insert, .update, .delete, .merge: nil
    }
  }

  /// The place that an error about `statement` is about: the server's position or else its
  /// beginning.
  func location(of statement: Statement, position: Int?) -> SourceLocation {
    statement.location(ofPosition: position)
  }
}
