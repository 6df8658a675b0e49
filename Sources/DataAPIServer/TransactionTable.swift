internal import AWS
internal import Synchronization

/// The transactions that callers have begun and not ended.
final class TransactionTable: Sendable {
  /// A transaction and the session that it is pinned to.
  struct Entry: Sendable {
    var backend: Backend
    var cluster: String
    var secret: String
    var begun: ContinuousClock.Instant
    var lastUse: ContinuousClock.Instant
    var isBusy = false
  }

  private let entries = Mutex<[String: Entry]>([:])

  /// Adds a transaction, and gives the id that its owner alone knows.
  func add(_ backend: Backend, cluster: String, secret: String) -> String {
    let id = Self.randomID()
    let now = ContinuousClock.now
    entries.withLock {
      $0[id] = Entry(backend: backend, cluster: cluster, secret: secret, begun: now, lastUse: now)
    }
    return id
  }

  /// The session of a transaction, which is busy until `finish` is called.
  ///
  /// - Throws: `ServiceFailure` when there is none, when it is another one's, and while it is busy.
  func use(_ id: String, cluster: String, secret: String) throws(ServiceFailure) -> Backend {
    let found = entries.withLock { entries -> Result<Backend, ServiceFailure> in
      guard var entry = entries[id] else {
        return .failure(
          ServiceFailure(.transactionNotFound, "Transaction \(id.prefix(192)) is not found"))
      }
      guard entry.cluster == cluster, entry.secret == secret else {
        return .failure(
          ServiceFailure(
            .badRequest, "The transaction was begun with another resourceArn or secretArn"))
      }
      guard !entry.isBusy else {
        return .failure(ServiceFailure(.databaseError, "Transaction is still running a query"))
      }
      entry.isBusy = true
      entries[id] = entry
      return .success(entry.backend)
    }
    return try found.get()
  }

  /// A call of a transaction is done.
  func finish(_ id: String) {
    entries.withLock { entries in
      entries[id]?.isBusy = false
      entries[id]?.lastUse = .now
    }
  }

  /// A transaction has ended.
  func remove(_ id: String) { _ = entries.withLock { $0.removeValue(forKey: id) } }

  /// Takes out what nobody has used for too long, or what has lasted too long.
  func takeExpired(idle: Duration, total: Duration) -> [Backend] {
    let now = ContinuousClock.now
    return entries.withLock { entries in
      let expired = entries.filter {
        !$0.value.isBusy && (now - $0.value.lastUse > idle || now - $0.value.begun > total)
      }
      for id in expired.keys { entries[id] = nil }
      return expired.values.map(\.backend)
    }
  }

  /// Takes out everything.
  func takeAll() -> [Backend] {
    entries.withLock { entries in
      defer { entries = [:] }
      return entries.values.map(\.backend)
    }
  }

  /// 96 random bytes as base64 has them; the service's own ids look like that.
  private static func randomID() -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<127).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] }
    return String(decoding: digits, as: UTF8.self) + "="
  }
}
