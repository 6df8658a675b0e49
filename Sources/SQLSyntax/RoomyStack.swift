internal import CPgQuery

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A stack that is as large as the tree of a text needs it.
///
/// libpg_query writes a tree by calling itself for each level, without a limit such as the server's
/// `max_stack_depth`: `1+1+1…` of 70,000 terms overflows a stack of 8 MB.
enum RoomyStack {
  /// Text of so many bytes fits on any stack.
  private static let smallText = 4_000
  /// A level takes two bytes of text at least (`+1`), and was seen to take 210 bytes of the stack.
  private static let bytesForByte = 256
  /// Addresses, of which memory is taken only where it is touched.
  private static let largest = 1 << 32

  /// What `body` gives, which calls itself no more often than a text of `count` bytes has levels.
  static func run<Result>(for count: Int, _ body: () -> Result) -> Result {
    guard count > smallText else { return body() }
    return withoutActuallyEscaping(body) { body in
      var result: Result?
      // Where no thread can be had, the stack that there is has to do.
      withThread(stack: min(max(count * bytesForByte, 1 << 20), largest)) { result = body() }
      return result ?? body()
    }
  }

  private final class Work {
    let body: () -> Void

    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread of its own, and waits for it; not at all when there can be no such thread.
  private static func withThread(stack size: Int, _ body: @escaping () -> Void) {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, size) == 0 else { return }
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let work = Work(body)
    let status = pthread_create(
      &thread, &attributes,
      { context in
        // A parameter of this type is optional on one platform and not on the other.
        let context: UnsafeMutableRawPointer? = context
        if let context { Unmanaged<Work>.fromOpaque(context).takeUnretainedValue().body() }
        return nil
      }, Unmanaged.passUnretained(work).toOpaque())
    guard status == 0 else { return }
    #if canImport(Glibc)
      pthread_join(thread, nil)
    #else
      if let thread { pthread_join(thread, nil) }
    #endif
    withExtendedLifetime(work) {}
  }
}
