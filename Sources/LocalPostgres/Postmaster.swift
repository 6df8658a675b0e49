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
    guard pid > 1 else { return false }
    #if canImport(Darwin)
      let answer = try? ChildProcess.run(["/bin/ps", "-ww", "-o", "args=", "-p", String(pid)])
      return answer?.output.contains("-D \(dataDirectory) ") == true
    #else
      // A process that has ended but was not waited for has an empty command line.
      guard let line = FileSystem.read("/proc/\(pid)/cmdline") else { return false }
      return line.contains("\0-D\0\(dataDirectory)\0")
    #endif
  }

  /// Sends a signal, waits until the server is gone, and kills it when it is not in time.
  ///
  /// - Parameters:
  ///   - signal: SIGQUIT for an immediate shutdown, SIGINT for a fast one.
  ///   - timeout: How long the server may take.
  /// - Throws: `LocalPostgresError` of code `stopFailed`.
  func end(by signal: Int32, timeout: Duration) throws {
    guard isAlive else { return }
    kill(pid, signal)
    if isGone(within: timeout) { return }
    kill(pid, SIGKILL)
    if isGone(within: .seconds(5)) { return }
    throw LocalPostgresError(.stopFailed, "the PostgreSQL server \(pid) does not end")
  }

  private func isGone(within timeout: Duration) -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: timeout)
    while clock.now < deadline {
      // If it is a child of this process, this also lays it to rest.
      _ = ChildProcess.hasEnded(pid)
      if !isAlive { return true }
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
