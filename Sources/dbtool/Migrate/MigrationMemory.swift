import Migrations
import Postgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds out fast that nothing is pending, from what an earlier run noted of the same files.
struct MigrationMemory {
  private let memory: DirectoryMemory?
  private let digest: String?

  init(_ session: Session) {
    let configuration = session.configuration
    let folder = Files.resolve(
      configuration.place(configuration.migrations), from: Files.currentDirectory)
    memory = Files.cacheFolder.flatMap { DirectoryMemory(ofFolder: folder, cache: $0) }
    digest = memory?.digest
  }

  /// True when the files are as an earlier run saw them.
  var isWorthAsking: Bool { digest != nil }

  /// True when the ledger has exactly what the files say.
  func isUpToDate(_ connection: any Connection) -> Bool {
    digest.map { MigrationLedger.matches($0, on: connection) } ?? false
  }

  /// Notes that all of `directory` is applied, after what the ledger had before.
  func note(_ directory: MigrationDirectory, _ ledger: MigrationLedger) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    memory?.note(directory, ledger, now: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
  }
}
