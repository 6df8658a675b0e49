internal import CLibPQ

/// Asks the server to stop what a session runs, from any thread.
///
/// `@unchecked Sendable`: PGcancel is immutable once made, and `PQcancel` is documented as safe to
/// call from another thread (PostgreSQL manual, section 34.7 "Canceling Queries in Progress").
final class CancelHandle: @unchecked Sendable {
  private let handle: OpaquePointer

  init?(connection: OpaquePointer) {
    guard let handle = PQgetCancel(connection) else { return nil }
    self.handle = handle
  }

  deinit { PQfreeCancel(handle) }

  func cancel() {
    var buffer = [CChar](repeating: 0, count: 256)
    PQcancel(handle, &buffer, Int32(buffer.count))
  }
}
