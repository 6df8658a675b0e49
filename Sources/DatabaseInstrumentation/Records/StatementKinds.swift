internal import SQLSyntax
internal import Synchronization

/// The kinds of the texts that come again and again, so that each is parsed once.
final class StatementKinds: Sendable {
  static let shared = StatementKinds()

  private static let mostTexts = 1_000
  private static let longestText = 8_192
  private let kinds = Mutex<[String: StatementKind]>([:])

  func kind(of sql: String) -> StatementKind {
    if let known = kinds.withLock({ $0[sql] }) { return known }
    let kind = StatementKind(parsing: sql)
    guard sql.utf8.count <= Self.longestText else { return kind }
    kinds.withLock { kinds in
      if kinds.count >= Self.mostTexts { kinds.removeAll(keepingCapacity: true) }
      kinds[sql] = kind
    }
    return kind
  }
}
