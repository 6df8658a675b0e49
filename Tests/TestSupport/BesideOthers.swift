import Foundation
package import Testing

/// Has tests run on threads of their own, three at once, beside those that Swift's pool runs.
///
/// For tests that mostly wait for other programs: the pool has as many threads as there are cores, so that
/// a core rests while a test there waits.
package struct BesideOthers: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(OtherThreads.shared) { try await function() }
  }
}

extension Trait where Self == BesideOthers {
  /// The tests mostly wait for other programs.
  package static var besideOthers: Self { Self() }
}

private final class OtherThreads: TaskExecutor {
  static let shared = OtherThreads()

  private let queue: OperationQueue = {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 3
    return queue
  }()

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.addOperation { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
