import Processes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The main process of a server, as found from its data directory.
struct Postmaster: Sendable {
  /// Its process id.
  var pid: pid_t
  /// Its data directory.
  var dataDirectory: String

  /// The running server of a data directory; nil when none runs.
  ///
  /// A process is believed to be that server only if its command line says so: a process id in a
  /// file may since have gone to another program.
  static func find(dataDirectory: String) -> Postmaster? {
    guard let pid = PostmasterFile(dataDirectory: dataDirectory)?.pid else { return nil }
    let candidate = Postmaster(pid: pid, dataDirectory: dataDirectory)
    return candidate.isAlive ? candidate : nil
  }

  /// True while the process runs and is the server of the data directory.
  var isAlive: Bool {
    guard let arguments else { return false }
    // As `ServerLauncher` writes it; ps(1) on Darwin tells no more than the words in a row.
    if arguments.joined(separator: " ").contains(" -D \(dataDirectory) -c port=") { return true }
    #if canImport(Darwin)
      return false
    #else
      // The server goes into its data directory, also when that was moved since.
      return isPostgres(arguments) && FileSystem.realPath("/proc/\(pid)/cwd") == dataDirectory
    #endif
  }

  /// True when no process has this id, or one that is no PostgreSQL at all.
  var isOtherProgram: Bool {
    // A child of this process that was killed keeps its id until it is waited for.
    if pid > 1 { _ = ChildProcess.hasEnded(pid) }
    return arguments.map { !isPostgres($0) } ?? true
  }

  private func isPostgres(_ arguments: [String]) -> Bool {
    arguments.contains {
      $0 == "postgres" || $0.hasPrefix("postgres:") || $0.hasSuffix("/postgres")
    }
  }

  /// True while some process has this id, unless it has ended and waits to be waited for.
  var isPresent: Bool { arguments != nil }

  /// The command line of the process.
  ///
  /// nil when there is no process, or when it has ended without being waited for.
  private var arguments: [String]? {
    guard pid > 1 else { return nil }
    #if canImport(Darwin)
      guard let answer = try? ChildProcess.run(["/bin/ps", "-ww", "-o", "args=", "-p", "\(pid)"]),
        answer.isSuccess
      else { return nil }
      return answer.trimmedOutput.split(separator: " ").map(String.init)
    #else
      guard let line = FileSystem.read("/proc/\(pid)/cmdline"), !line.isEmpty else { return nil }
      return line.split(separator: "\0").map(String.init)
    #endif
  }

  /// Ends the server and waits until it is gone; one that is not in time is ended the harder way.
  ///
  /// PostgreSQL manual, section 19.5 "Shutting Down the Server".
  ///
  /// - Parameters:
  ///   - signal: SIGINT for a fast shutdown, which writes everything out, or SIGQUIT for an
  ///     immediate one.
  ///   - timeout: How long the server may take.
  /// - Throws: `LocalPostgresError` of code `stopFailed`.
  func end(by signal: Int32, timeout: Duration) throws {
    let steps = [(signal, timeout), (SIGQUIT, .seconds(8)), (SIGKILL, .seconds(5))]
    for (signal, timeout) in steps {
      // Looked at again before each signal: the id may belong to another program by now.
      guard isAlive else { return }
      kill(pid, signal)
      if isGone(within: timeout) { return }
    }
    throw LocalPostgresError(.stopFailed, "the PostgreSQL server \(pid) does not end")
  }

  private func isGone(within timeout: Duration) -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: timeout)
    while clock.now < deadline {
      if !isAlive {
        // A child of this process is laid to rest, or it would stay as a zombie. It has no command
        // line any more a moment before it can be waited for.
        while !ChildProcess.hasEnded(pid), clock.now < deadline { usleep(1_000) }
        return true
      }
      usleep(2_000)
    }
    return false
  }
}

/// The file `postmaster.pid` that a server keeps in its data directory.
///
/// Lines: process id, data directory, start time, port, socket directory, address, shared memory,
/// status. PostgreSQL source, src/include/utils/pidfile.h.
struct PostmasterFile {
  /// The process id.
  var pid: pid_t
  /// The socket directory, once the server has one.
  var socketDirectory: String?
  /// True when the server says that it takes connections.
  var isReady: Bool

  /// The file of a data directory; nil when there is none.
  init?(dataDirectory: String) {
    guard let text = FileSystem.read(Self.path(dataDirectory)) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let pid = lines.first.flatMap({ pid_t($0) }) else { return nil }
    self.pid = pid
    socketDirectory = lines.count > 4 && !lines[4].isEmpty ? lines[4] : nil
    isReady = lines.count > 7 && lines[7].hasPrefix("ready")
  }

  static func path(_ dataDirectory: String) -> String { dataDirectory + "/postmaster.pid" }
}
