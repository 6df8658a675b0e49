import Foundation
import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Another program that a test runs: for its output, or beside itself.
///
/// Foundation's `Process` isn't used, because on Linux it copies the whole fixed-size name field
/// of each entry of /proc/self/fd, and so reads behind the end of a buffer, which kills the tests
/// now and then.
package final class SpawnedProgram {
  /// The variables that dbtool gets in tests.
  ///
  /// From those who run them: what finds PostgreSQL and the user's cache, and what scripts/coverage and
  /// scripts/sanitize tell the programs that they build. Servers lie where those of tests do.
  package static let environment: [String: String] = {
    let inherited = [
      "PATH", "HOME", "XDG_CACHE_HOME", "LLVM_PROFILE_FILE", "ASAN_OPTIONS", "LSAN_OPTIONS",
      "TSAN_OPTIONS", "UBSAN_OPTIONS",
    ]
    var variables = ProcessInfo.processInfo.environment.filter { inherited.contains($0.key) }
    variables["DBTOOL_TMPDIR"] = TestServer.temporaryDirectory
    return variables
  }()

  /// Its process id.
  package let pid: Int32
  private var status: Int32?

  /// Starts one.
  ///
  /// - Parameters:
  ///   - arguments: The program, by path or by a name that `PATH` finds, and its arguments.
  ///   - environment: All of its environment; the caller's own unless said.
  ///   - directory: Where it begins; where the caller is unless said.
  ///   - input: The descriptor that it reads, not closed here; nothing unless said.
  ///   - output: The descriptor of its standard output; thrown away unless said.
  ///   - errors: The descriptor of its standard error; thrown away unless said.
  package init(
    _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
    input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
  ) throws {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }

    for (number, given) in [input, output, errors].enumerated() {
      let number = Int32(number)
      if let given {
        posix_spawn_file_actions_adddup2(&actions, given, number)
      } else {
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
      }
    }
    // Signals that the tests' threads block would be blocked in the program as well.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // Ctrl-C on the terminal ends the tests, which end what they started.
    var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETPGROUP)
    #if canImport(Darwin)
      if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
      flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
      if let directory { SpawnExtensions.addChangeDirectory(&actions, directory) }
      SpawnExtensions.addCloseFrom(&actions, 3)
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let variables = environment ?? ProcessInfo.processInfo.environment
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let failure = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard failure == 0 else {
      throw TestSupportError(
        message: "cannot run \(arguments[0]): \(String(cString: strerror(failure)))")
    }
    self.pid = pid
  }

  /// True until it has ended.
  package var isRunning: Bool {
    if status == nil { reap(WNOHANG) }
    return status == nil
  }

  /// The exit code, or the negative number of the signal that ended it, once it has ended.
  package func waitForEnd() -> Int32 {
    if status == nil { reap(0) }
    return status ?? -1
  }

  /// Sends it a signal, unless it has ended.
  package func send(_ signal: Int32) {
    if isRunning { kill(pid, signal) }
  }

  private func reap(_ options: Int32) {
    var raw: Int32 = 0
    while true {
      let answer = waitpid(pid, &raw, options)
      if answer < 0, errno == EINTR { continue }
      guard answer == pid else { return }
      let signal = raw & 0x7f
      status = signal == 0 ? (raw >> 8) & 0xff : -signal
      return
    }
  }

  /// What a program left that ran to its end.
  package struct Outcome {
    /// As `waitForEnd()` gives it.
    package var status: Int32
    /// Standard output, with standard error when they go together.
    package var output: String
    /// Standard error by itself.
    package var errors: String
  }

  /// Runs one to its end.
  ///
  /// - Parameters:
  ///   - input: What it reads.
  ///   - joinsErrors: Standard error goes where the output goes.
  package static func run(
    _ arguments: [String], environment: [String: String]? = nil, input: String = "",
    joinsErrors: Bool = false
  ) throws -> Outcome {
    // Files instead of pipes: nothing has to be drained.
    let files = [tmpfile(), tmpfile(), tmpfile()]
    defer { for case let file? in files { fclose(file) } }
    let descriptors = files.compactMap { $0.map { fileno($0) } }
    guard descriptors.count == 3 else { throw TestSupportError(message: "no temporary file") }
    let text = FileHandle(fileDescriptor: descriptors[0], closeOnDealloc: false)
    try text.write(contentsOf: Data(input.utf8))
    try text.seek(toOffset: 0)
    let program = try SpawnedProgram(
      arguments, environment: environment, input: descriptors[0], output: descriptors[1],
      errors: descriptors[joinsErrors ? 1 : 2])
    let status = program.waitForEnd()
    func content(_ descriptor: Int32) -> String {
      lseek(descriptor, 0, SEEK_SET)
      return String(decoding: Descriptor.readAll(descriptor), as: UTF8.self)
    }
    return Outcome(
      status: status, output: content(descriptors[1]), errors: content(descriptors[2]))
  }
}
