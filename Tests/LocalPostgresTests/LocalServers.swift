import TestSupport

@testable import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Options whose cache and temporary files are all under `directory`.
func options(in directory: String, cache: Bool = true) throws -> ServerOptions {
  // The server's account has to pass; mkdtemp made the directory for its owner alone.
  chmod(directory, 0o711)
  var options = try TestServer.options()
  if !cache { options.cacheDirectory = nil }
  options.temporaryDirectory = directory
  options.persistentDirectory = directory
  return options
}

/// The names of the throwaway clusters under `directory`, sorted.
func clusters(in directory: String) -> [String] {
  FileSystem.names(in: "\(directory)/dbtool-\(geteuid())").filter { $0.hasPrefix("e-") }.sorted()
}

/// True while a process has this id, one that has ended but was not waited for not counted.
func isProcess(_ pid: Int32) -> Bool {
  Postmaster(pid: pid, dataDirectory: "").isPresent
}

/// Waits up to five seconds for something to become true.
func becomesTrue(_ condition: () -> Bool) -> Bool {
  for _ in 0..<500 {
    if condition() { return true }
    usleep(10_000)
  }
  return false
}
