#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread for work that waits, which the pool of Dispatch has too few of.
///
/// pthread's own, since `Thread` would link all of Foundation.
struct BlockingThread {
  #if canImport(Glibc)
    private var thread = pthread_t()
  #else
    private var thread: pthread_t?
  #endif

  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts it.
  init(_ body: @escaping @Sendable () -> Void) {
    pthread_create(
      &thread, nil,
      { context in
        // A parameter of this type is optional on one platform and not on the other.
        let context: UnsafeMutableRawPointer? = context
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Work(body)).toOpaque())
  }

  /// Waits for its end; called at most once.
  func join() {
    #if canImport(Glibc)
      pthread_join(thread, nil)
    #else
      if let thread { pthread_join(thread, nil) }
    #endif
  }

  /// Leaves it to itself.
  func detach() {
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
  }
}
