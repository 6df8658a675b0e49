/// A table-level lock, weakest first.
///
/// PostgreSQL manual, section 13.3.1 "Table-Level Locks".
package enum LockMode: Int, Sendable, CaseIterable, Comparable {
  case accessShare, rowShare, rowExclusive, shareUpdateExclusive, share, shareRowExclusive
  case exclusive, accessExclusive

  /// What it keeps others from doing until the transaction ends.
  package enum Blocking: String, Sendable {
    /// Neither reads nor writes wait.
    case nothing = "nobody"
    /// INSERT, UPDATE and DELETE wait.
    case writes = "writes"
    /// SELECT waits too.
    case everything = "reads and writes"
  }

  /// The mode by the name that `pg_locks` has for it.
  init?(catalogName: String) {
    guard let mode = Self.allCases.first(where: { $0.catalogName == catalogName }) else {
      return nil
    }
    self = mode
  }

  /// As LOCK TABLE and the manual write it.
  package var name: String {
    switch self {
    case .accessShare: "ACCESS SHARE"
    case .rowShare: "ROW SHARE"
    case .rowExclusive: "ROW EXCLUSIVE"
    case .shareUpdateExclusive: "SHARE UPDATE EXCLUSIVE"
    case .share: "SHARE"
    case .shareRowExclusive: "SHARE ROW EXCLUSIVE"
    case .exclusive: "EXCLUSIVE"
    case .accessExclusive: "ACCESS EXCLUSIVE"
    }
  }

  /// What it keeps others from doing.
  package var blocks: Blocking {
    switch self {
    case .accessShare, .rowShare, .rowExclusive, .shareUpdateExclusive: .nothing
    case .share, .shareRowExclusive, .exclusive: .writes
    case .accessExclusive: .everything
    }
  }

  private var catalogName: String {
    name.split(separator: " ").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined() + "Lock"
  }

  package static func < (left: LockMode, right: LockMode) -> Bool {
    left.rawValue < right.rawValue
  }
}
