#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Stands in for that of Synchronization, which the thread sanitizer does not know.
final class Mutex<Value>: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  init(_ value: Value) {
    self.value = value
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value)
  }

  func withLockIfAvailable<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard pthread_mutex_trylock(lock) == 0 else { return nil }
    defer { pthread_mutex_unlock(lock) }
    return try body(&value)
  }
}

/// Stands in for that of Swift's: of one that is resumed just when its task begins to wait, the
/// sanitizer sees no order between what was done before it and what the task does with the value.
func withCheckedThrowingContinuation<Value: Sendable>(
  _ body: (CheckedContinuation<Value, any Error>) -> Void
) async throws -> Value {
  let value = Mutex<Result<Value, any Error>?>(nil)
  await withCheckedContinuation { continuation in
    body(CheckedContinuation(value: value, continuation: continuation))
  }
  guard let result = value.withLock({ $0 }) else { preconditionFailure("resumed without a value") }
  return try result.get()
}

struct CheckedContinuation<Value: Sendable, Failure: Error>: Sendable {
  fileprivate let value: Mutex<Result<Value, any Error>?>
  fileprivate let continuation: _Concurrency.CheckedContinuation<Void, Never>

  func resume(with result: Result<Value, any Error>) {
    value.withLock { $0 = result }
    continuation.resume()
  }

  func resume(returning value: Value) { resume(with: .success(value)) }

  func resume(throwing error: any Error) { resume(with: .failure(error)) }
}

extension CheckedContinuation where Value == Void {
  func resume() { resume(with: .success(())) }
}
