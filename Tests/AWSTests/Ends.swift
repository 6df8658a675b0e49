import Digests
import Synchronization

/// Gives times one after the other.
final class Ends: Sendable {
  private let rest: Mutex<[Int64]>
  private let used = Mutex(0)

  init(_ times: [Int64]) { rest = Mutex(times) }

  var count: Int { used.withLock { $0 } }

  func next() -> Int64 {
    used.withLock { $0 += 1 }
    return rest.withLock { $0.removeFirst() }
  }
}

/// The name of the file in which `aws sso login` keeps a session's token.
enum SHA1Name {
  static func of(_ text: String) -> String { SHA1.hexDigest(of: Array(text.utf8)) }
}
