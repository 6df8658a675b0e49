internal import Digests
internal import SourceFiles

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Remembers what the ledger holds when all of a folder is applied, so that finding out that there
/// is nothing to do needs neither the files nor the rows of the ledger.
///
/// It trusts nothing that may have changed since: not a file that was touched, nor one so young that
/// a change might not show in its times.
package struct DirectoryMemory {
  private let folder: String
  private let file: String
  private let stamp: FolderStamp

  /// The memory of a folder, in a folder for caches; nil when the folder cannot be looked at.
  package init?(ofFolder folder: String, cache: String) {
    guard let stamp = FolderStamp(folder: folder, suffix: ".sql") else { return nil }
    self.folder = folder
    self.stamp = stamp
    let name = SHA256.hexDigest(of: Array(folder.utf8)).prefix(16)
    file = cache + "/migrations-" + name
  }

  /// The digest of the ledger with all of the folder applied; nil when the folder was changed since
  /// it was noted, or never was.
  package var digest: String? {
    guard let data = try? Data(contentsOf: URL(filePath: file)),
      let text = String(validating: data, as: UTF8.self)
    else { return nil }
    let parts = text.split(whereSeparator: \.isWhitespace)
    guard parts.count == 3, parts[0] == Self.format, parts[1] == key else { return nil }
    return String(parts[2])
  }

  /// Notes what the ledger holds when all of `directory` is applied.
  ///
  /// Whether it can be noted does not matter to anybody.
  ///
  /// - Parameters:
  ///   - directory: What was read from the folder after this was made.
  ///   - ledger: What was applied before; a row need not be as its file is, as with one that a
  ///     squash stands for.
  ///   - now: Nanoseconds since 1970.
  package func note(
    _ directory: MigrationDirectory, _ ledger: MigrationLedger, now: Int64
  ) {
    // A file that changed while it was read, or changes within the clock's step, looks unchanged.
    guard stamp == FolderStamp(folder: folder, suffix: ".sql"),
      stamp.newestChange < now - 1_000_000_000
    else { return }
    let text = "\(Self.format) \(key) \(ledger.digest(with: directory.migrations))\n"
    let parent = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    try? FileManager.default.createDirectory(
      atPath: parent.joined(separator: "/"), withIntermediateDirectories: true)
    try? Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
  }

  private static let format = "dbtool-1"

  private var key: String { SHA256.hexDigest(of: stamp.bytes) }
}
