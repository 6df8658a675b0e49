import Processes
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The directory, the lock and the process of a throwaway server.
///
/// Apart from `EphemeralServer` because the registry keeps it alive, while the server must be able
/// to end with its last reference.
final class EphemeralCluster: Sendable {
  /// The directory that holds all of it.
  let directory: String
  /// The server's data directory.
  var dataDirectory: String { directory + "/data" }
  /// The main server process; nil before its start and after its end.
  var processID: pid_t? { state.withLock { $0.pid } }

  private struct State {
    var lock: FileLock?
    var pid: pid_t?
    var isStopped = false
  }

  private struct Registry {
    var clusters: [ObjectIdentifier: EphemeralCluster] = [:]
    var refusesNew = false
  }

  private let state: Mutex<State>
  private static let registry = Mutex(Registry())

  /// Makes an empty cluster that this process owns.
  init(in base: BaseDirectory) throws {
    let (directory, lock) = try base.makeCluster()
    self.directory = directory
    state = Mutex(State(lock: lock))
    let isWelcome = Self.registry.withLock { registry in
      if !registry.refusesNew { registry.clusters[ObjectIdentifier(self)] = self }
      return !registry.refusesNew
    }
    guard isWelcome else {
      stop()
      throw Self.stopped
    }
  }

  /// Takes responsibility for a process that was just started.
  ///
  /// - Throws: `LocalPostgresError` when the cluster was stopped meanwhile; then the caller has to
  ///   end the process.
  func adopt(_ pid: pid_t) throws {
    try state.withLock { state in
      guard !state.isStopped else { throw Self.stopped }
      state.pid = pid
    }
  }

  /// Ends the server and removes the directory; nothing happens the second time.
  func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      if let pid = state.pid { Self.end(pid) }
      state.pid = nil
      // What can't be removed now is a leftover for the next start.
      try? Leftovers.removeFiles(directory)
      state.lock = nil
    }
    Self.registry.withLock { registry in
      _ = registry.clusters.removeValue(forKey: ObjectIdentifier(self))
    }
  }

  /// Stops every cluster of this process.
  static func stopAll(refusesNew: Bool) {
    let clusters = registry.withLock { registry in
      if refusesNew { registry.refusesNew = true }
      return Array(registry.clusters.values)
    }
    for cluster in clusters { cluster.stop() }
  }

  /// Immediate shutdown of a child: nothing of it will be needed again.
  ///
  /// PostgreSQL manual, section 19.5 "Shutting Down the Server". The main process gives its own
  /// children five seconds, so it gets more.
  private static func end(_ pid: pid_t) {
    // Not waited for yet, so the process id is still the server's, even if it has ended.
    if ChildProcess.hasEnded(pid) { return }
    kill(pid, SIGQUIT)
    let deadline = ContinuousClock.now.advanced(by: .seconds(8))
    while ContinuousClock.now < deadline {
      if ChildProcess.hasEnded(pid) { return }
      usleep(1_000)
    }
    kill(pid, SIGKILL)
    _ = ChildProcess.wait(pid)
  }

  private static let stopped = LocalPostgresError(
    .startFailed, "the local PostgreSQL servers of this process were stopped")
}
