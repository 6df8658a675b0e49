#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Throwaway clusters whose owner was killed before it could remove them.
enum Leftovers {
  /// Ends the servers of dead owners and removes their directories.
  ///
  /// An owner holds the lock on `owner.lock` for as long as it lives, so whoever gets that lock
  /// knows that the owner is dead, and has the cluster for itself.
  ///
  /// - Returns: How many clusters were removed.
  @discardableResult
  static func remove(in base: BaseDirectory) throws -> Int {
    guard !base.clusters.isEmpty else { return 0 }
    let ownerless = try claim(in: base)
    var count = 0
    for (directory, lock) in ownerless {
      // One that resists is no reason not to start; the next start tries again.
      if (try? remove(directory)) != nil { count += 1 }
      withExtendedLifetime(lock) {}
    }
    return count
  }

  private static func claim(in base: BaseDirectory) throws -> [(String, FileLock?)] {
    let guardian = try base.lock()
    defer { withExtendedLifetime(guardian) {} }
    return base.clusters.compactMap { directory in
      let path = directory + "/owner.lock"
      // Whoever makes or removes a cluster died half-way.
      guard FileSystem.exists(path) else { return (directory, nil) }
      guard let lock = try? FileLock.attempt(path, creates: false) else { return nil }
      return (directory, lock)
    }
  }

  private static func remove(_ directory: String) throws {
    let data = directory + "/data"
    try Postmaster.find(dataDirectory: data)?.end(by: SIGQUIT, timeout: .seconds(8))
    try removeFiles(directory)
  }

  /// Removes the files of a cluster, the lock at the very end: what is left while it goes on must
  /// look owned.
  static func removeFiles(_ directory: String) throws {
    for name in FileSystem.names(in: directory) where name != "owner.lock" {
      try FileSystem.removeTree(directory + "/" + name)
    }
    try FileSystem.removeTree(directory)
  }
}
