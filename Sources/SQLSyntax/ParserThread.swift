internal import CPgQuery
internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The thread on which libpg_query runs, but for short texts of the threads that came first.
///
/// libpg_query takes a key of thread-local values for each thread that calls it, and never gives it back
/// (`pg_query_init`). A process has 1,024 of them: after so many threads OpenSSL has none, and no TLS
/// connection and no login by SCRAM succeeds any more.
///
/// Its stack is large, since libpg_query writes a tree by calling itself for each level, without a limit
/// such as the server's `max_stack_depth`: `1+1+1…` of 70,000 terms overflows 8 MB.
final class ParserThread: Sendable {
  /// Text of so many bytes fits on any stack: a level takes two bytes at least (`+1`), and was seen to
  /// take 210 bytes of the stack, of which the threads of Darwin's queues have 512 KB.
  private static let shortText = 2_000
  /// As many threads may call libpg_query themselves, which saves two changes of threads each time.
  private static let places = 64
  /// Addresses, of which memory is taken only where it is touched; what can be had is taken.
  private static let stackSizes = [1 << 30, 1 << 26]
  private static let shared = ParserThread()
  private static let takenPlaces = Atomic(0)
  /// Marks the threads that have a place; nil where no key is left.
  private static let mark: pthread_key_t? = {
    var key = pthread_key_t()
    return pthread_key_create(&key, nil) == 0 ? key : nil
  }()

  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let wakeups = DispatchSemaphore(value: 0)

  /// What `body` gives, which has libpg_query read `sql`.
  static func read<Value: Sendable>(
    _ sql: String, _ body: @escaping @Sendable (String) -> Value
  ) -> Value {
    if sql.utf8.count <= shortText, hasPlace() { return body(sql) }
    // Where no thread can be had, the one that asks has to do.
    guard let shared else { return body(sql) }
    return shared.run { body(sql) }
  }

  /// True when this thread has a place, or takes one now.
  private static func hasPlace() -> Bool {
    guard let mark else { return false }
    if pthread_getspecific(mark) != nil { return true }
    guard takenPlaces.load(ordering: .relaxed) < places,
      takenPlaces.add(1, ordering: .relaxed).newValue <= places
    else { return false }
    return pthread_setspecific(mark, UnsafeRawPointer(bitPattern: 1)) == 0
  }

  private init?() {
    guard Self.stackSizes.contains(where: { start(stack: $0) }) else { return nil }
  }

  private func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
    let answer = Answer<Value>()
    jobs.withLock { $0.append { answer.give(body()) } }
    wakeups.signal()
    return answer.take()
  }

  private func work() {
    while true {
      wakeups.wait()
      let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      job?()
    }
  }

  private func start(stack size: Int) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, size) == 0 else { return false }
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    // It never ends, and neither does this object.
    let status = pthread_create(
      &thread, &attributes,
      { context in
        // A parameter of this type is optional on one platform and not on the other.
        let context: UnsafeMutableRawPointer? = context
        if let context { Unmanaged<ParserThread>.fromOpaque(context).takeUnretainedValue().work() }
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    return status == 0
  }

  private final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    private let isGiven = DispatchSemaphore(value: 0)

    func give(_ value: Value) {
      self.value.withLock { $0 = value }
      isGiven.signal()
    }

    func take() -> Value {
      while true {
        isGiven.wait()
        if let value = value.withLock({ $0 }) { return value }
      }
    }
  }
}
