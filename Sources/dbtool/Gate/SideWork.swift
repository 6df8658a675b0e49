import Dispatch
import Synchronization

/// Work that goes on beside that of the main thread, on a thread of its own, since it blocks.
final class SideWork<Value: Sendable>: Sendable {
  private let group = DispatchGroup()
  private let value = Mutex<Value?>(nil)

  init(_ work: @escaping @Sendable () -> Value) {
    DispatchQueue.global().async(group: group) { [self] in
      let result = work()
      value.withLock { $0 = result }
    }
  }

  /// What came of it, once it is done.
  func wait() -> Value {
    group.wait()
    guard let value = value.withLock({ $0 }) else {
      preconditionFailure("the group is left when there is a value")
    }
    return value
  }
}
