internal import Digests

/// The folder of seed files, read and checked.
package struct SeedDirectory: Sendable, Equatable {
  /// Its path, for messages.
  package var path: String
  /// Its files in the order in which they run: by the bytes of their names.
  package var files: [SeedFile]

  /// A folder with known files.
  package init(path: String, files: [SeedFile]) {
    self.path = path
    self.files = files
  }

  /// Reads every `.sql` and `.csv` file that lies directly in the folder at `path`; hidden files
  /// are left out.
  ///
  /// - Throws: `SeedError` naming the first file that cannot be used.
  package static func load(_ path: String) throws(SeedError) -> SeedDirectory {
    guard let names = FileAccess.names(in: path) else {
      let message =
        FileAccess.exists(path) ? "the folder cannot be read" : "there is no such folder"
      throw SeedError(
        .missingFolder, message, file: path,
        remedy: "Create it, or name the folder that holds the seed files.")
    }
    var files: [SeedFile] = []
    // Compared as bytes, the order is the same whatever the locale of the machine.
    let ordered = names.filter { !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in ordered {
      let file = path.hasSuffix("/") ? path + name : path + "/" + name
      if name.hasSuffix(".sql") {
        guard let bytes = FileAccess.bytes(of: file) else {
          throw SeedError(
            .unreadableFile, "the file cannot be read", file: file,
            remedy: "Check that it is a file and that you may read it.")
        }
        files.append(
          SeedFile(
            name: name, path: file, checksum: SHA256.hexDigest(of: bytes),
            content: .sql(try SQLSeed(path: file, bytes: bytes))))
      } else if name.hasSuffix(".csv") {
        let (seed, checksum) = try CSVSeed.load(name: name, path: file)
        files.append(SeedFile(name: name, path: file, checksum: checksum, content: .csv(seed)))
      }
    }
    return SeedDirectory(path: path, files: files)
  }
}
