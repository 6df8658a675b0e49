import Dispatch

/// Runs `body`, which blocks, on a thread that does not belong to Swift's pool.
///
/// The pool has as many threads as there are cores: tests that wait there for each other's locks
/// would leave none for those who are to give the locks back.
package func onOwnThread<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
  }
}
