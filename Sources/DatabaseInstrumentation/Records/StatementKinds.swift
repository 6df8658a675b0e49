internal import SQLSyntax
internal import Synchronization

/// The kinds of the texts that come again and again, so that each is parsed once.
final class StatementKinds: Sendable {
  static let shared = StatementKinds()

  private let kinds = Mutex(TextCache<StatementKind>())

  func kind(of sql: String) -> StatementKind {
    if let known = kinds.withLock({ $0[sql] }) { return known }
    let kind = StatementKind(parsing: sql)
    kinds.withLock { $0.keep(kind, for: sql) }
    return kind
  }
}
