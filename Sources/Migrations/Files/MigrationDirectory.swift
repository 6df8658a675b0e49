internal import Digests
internal import SourceFiles

/// The migrations of a folder, in the order of their versions.
package struct MigrationDirectory: Sendable, Equatable {
  /// The folder, as the caller named it.
  package var path: String
  /// The migrations, lowest version first.
  package var migrations: [Migration]
  /// The values of variables in the files; nil when they have none.
  package var template: Template?
  /// How its files are named and divided.
  package var layout = MigrationLayout.dbtool

  /// Reads a folder: names, bytes and checksums, no SQL.
  ///
  /// Down and verify files are only looked for; whoever plans to run one reads it then.
  ///
  /// - Throws: `MigrationError` that lists everything wrong with the names at once.
  package static func load(
    _ path: String, layout: MigrationLayout = .dbtool
  ) throws(MigrationError) -> MigrationDirectory {
    var listing = MigrationListing(folder: path, layout: layout)
    let names = try MigrationError.wrap { () throws(SourceFileError) in
      try SourceFiles.names(inFolder: path)
    }
    for name in names where isMigrationFile(name) { listing.add(name) }
    let entries = try listing.checked()
    var migrations: [Migration] = []
    migrations.reserveCapacity(entries.count)
    for entry in entries {
      let (bytes, text) = try MigrationError.wrap { () throws(SourceFileError) in
        let bytes = try SourceFiles.bytes(ofFile: entry.up)
        return (bytes, try SourceText.decode(bytes, file: entry.up))
      }
      guard LeadingComments(of: SourceText.body(of: bytes)).isFollowedByText else {
        throw MigrationScript.emptyFile(entry.up)
      }
      migrations.append(
        Migration(
          version: entry.version, name: entry.name, upFile: entry.up,
          downFile: entry.down ?? (layout.hasDown(text) ? entry.up : nil),
          verifyFile: entry.verify, checksum: SHA256.hexDigest(of: bytes), layout: layout))
    }
    var directory = MigrationDirectory(path: path, migrations: migrations)
    directory.layout = layout
    return directory
  }

  /// The highest version among the names in a folder; nil when there is none, or no folder.
  ///
  /// What the files hold does not matter: one that is still being written has no SQL yet.
  package static func newestVersion(inFolder path: String, layout: MigrationLayout) -> Int64? {
    let names = (try? SourceFiles.names(inFolder: path)) ?? []
    return names.filter(isMigrationFile).compactMap { try? layout.parse($0).version }.max()
  }

  /// The version of the migration that a file of this name brings; nil for a name of another kind.
  package static func version(ofUpFile name: String, layout: MigrationLayout) -> Int64? {
    guard isMigrationFile(name), let parts = try? layout.parse(name), parts.role == .up else {
      return nil
    }
    return parts.version
  }

  /// The migration of a version.
  package subscript(version version: Int64) -> Migration? {
    migrations.first { $0.version == version }
  }

  /// Notes for people may lie beside migrations; anything that looks like SQL must be one.
  private static func isMigrationFile(_ name: String) -> Bool {
    name.lowercased().hasSuffix(".sql")
  }
}
