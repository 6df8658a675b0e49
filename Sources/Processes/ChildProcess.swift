#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Other programs, started by posix_spawn(3).
///
/// A child gets default signal handling, a process group or session of its own (so Ctrl-C on the
/// terminal does not reach it), no descriptor but the standard three, the root directory as its
/// working directory, and a small environment: nothing of the caller's `PG…` variables.
package enum ChildProcess {
  /// What a program that ran to its end gave back.
  package struct Outcome {
    /// As waitpid(2) reports it.
    package var status: Int32
    /// Standard output, and standard error unless that was thrown away.
    package var output: String

    /// True when the program said so.
    package var isSuccess: Bool { status == 0 }

    /// The output without white space at its end.
    package var trimmedOutput: String {
      var text = output[...]
      while text.last?.isWhitespace == true { text.removeLast() }
      return String(text)
    }
  }

  private static let environment = [
    "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL=C", "TZ=UTC",
  ]

  /// Runs a program to its end and captures what it prints.
  ///
  /// - Parameters:
  ///   - arguments: The program, by path or by a name that `PATH` finds, and its arguments.
  ///   - standardInput: The file that it reads.
  ///   - variables: More of the environment, as `NAME=value`.
  ///   - dropsErrors: Throws away what it writes to standard error.
  package static func run(
    _ arguments: [String], standardInput: String = "/dev/null", variables: [String] = [],
    dropsErrors: Bool = false
  ) throws -> Outcome {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw ProcessError(errno, "cannot make a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let pid: pid_t
    do {
      pid = try spawn(
        arguments, standardInput: standardInput, variables: variables, isDetached: false
      ) { actions in
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
      } standardError: { actions in
        dropsErrors
          ? posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
          : posix_spawn_file_actions_adddup2(&actions, 1, 2)
      }
    } catch {
      for end in ends { close(end) }
      throw error
    }
    close(ends[1])
    let bytes = Descriptor.readAll(ends[0])
    close(ends[0])
    return Outcome(status: wait(pid), output: String(decoding: bytes, as: UTF8.self))
  }

  /// Starts a program that goes on by itself.
  ///
  /// - Parameters:
  ///   - arguments: The program and its arguments.
  ///   - log: The file that its output is appended to.
  ///   - isDetached: True for a session of its own, so that it survives the terminal.
  package static func start(
    _ arguments: [String], log: String, isDetached: Bool
  ) throws -> Int32 {
    try spawn(arguments, standardInput: "/dev/null", isDetached: isDetached) { actions in
      posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
  }

  /// Waits for a child, and gives back its status; 0 when someone else has waited for it.
  package static func wait(_ pid: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// True once a child has ended; then it has been waited for.
  package static func hasEnded(_ pid: Int32) -> Bool {
    var status: Int32 = 0
    let answer = waitpid(pid, &status, WNOHANG)
    return answer == pid || (answer < 0 && errno == ECHILD)
  }

  #if canImport(Darwin)
    private typealias FileActions = posix_spawn_file_actions_t?
    private typealias Attributes = posix_spawnattr_t?
  #else
    private typealias FileActions = posix_spawn_file_actions_t
    private typealias Attributes = posix_spawnattr_t
  #endif

  private static func spawn(
    _ arguments: [String], standardInput: String, variables: [String] = [], isDetached: Bool,
    standardOutput: (inout FileActions) -> Int32,
    standardError: (inout FileActions) -> Int32 = { posix_spawn_file_actions_adddup2(&$0, 1, 2) }
  ) throws -> pid_t {
    #if canImport(Darwin)
      var actions: FileActions = nil
      var attributes: Attributes = nil
    #else
      var actions = FileActions()
      var attributes = Attributes()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }

    posix_spawn_file_actions_addopen(&actions, 0, standardInput, O_RDONLY, 0)
    _ = standardOutput(&actions)
    _ = standardError(&actions)
    #if canImport(Darwin)
      posix_spawn_file_actions_addchdir_np(&actions, "/")
    #else
      SpawnExtensions.addChangeDirectory(&actions, "/")
    #endif
    setAttributes(&attributes, &actions, isDetached: isDetached)

    var argv = arguments.map { strdup($0) } + [nil]
    var envp = (environment + variables).map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, &envp)
    guard status == 0 else {
      throw ProcessError(status, "cannot run \(arguments[0])")
    }
    return pid
  }

  private static func setAttributes(
    _ attributes: inout Attributes, _ actions: inout FileActions, isDetached: Bool
  ) {
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    // Their handling can't be changed (signal(7)), and Darwin refuses to be asked.
    sigdelset(&all, SIGKILL)
    sigdelset(&all, SIGSTOP)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    if isDetached {
      #if canImport(Darwin)
        flags |= Int32(POSIX_SPAWN_SETSID)
      #else
        flags |= SpawnExtensions.setsid
      #endif
    } else {
      flags |= Int32(POSIX_SPAWN_SETPGROUP)
      posix_spawnattr_setpgroup(&attributes, 0)
    }
    #if canImport(Darwin)
      flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
    #else
      SpawnExtensions.addCloseFrom(&actions, 3)
    #endif
    posix_spawnattr_setflags(&attributes, Int16(flags))
  }
}
