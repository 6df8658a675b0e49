internal import Digests
internal import SourceFiles

/// The folder of seed files, read and checked.
package struct SeedDirectory: Sendable, Equatable {
  /// Its path, for messages.
  package var path: String
  /// Its files in the order in which they run: by the bytes of their names.
  package var files: [SeedFile]
  /// What its YAML files say together.
  package var manifest: SeedManifest

  /// A folder with known files.
  package init(path: String, files: [SeedFile], manifest: SeedManifest = SeedManifest()) {
    self.path = path
    self.files = files
    self.manifest = manifest
  }

  /// Reads every `.sql` and `.csv` file that lies directly in the folder at `path`; hidden files
  /// are left out.
  ///
  /// - Throws: `SeedError` naming the first file that cannot be used.
  package static func load(_ path: String) throws(SeedError) -> SeedDirectory {
    let names = try SeedError.wrap { () throws(SourceFileError) in
      try SourceFiles.names(inFolder: path)
    }
    var files: [SeedFile] = []
    var manifest = SeedManifest()
    for name in names {
      let file = SourceFiles.path(name, inFolder: path)
      if name.hasSuffix(".sql") {
        let bytes = try SeedError.wrap { () throws(SourceFileError) in
          try SourceFiles.bytes(ofFile: file)
        }
        files.append(
          SeedFile(
            name: name, path: file, checksum: SHA256.hexDigest(of: bytes),
            content: .sql(try SQLSeed(path: file, bytes: bytes))))
      } else if name.hasSuffix(".csv") {
        let (seed, checksum) = try CSVSeed.load(name: name, path: file)
        files.append(SeedFile(name: name, path: file, checksum: checksum, content: .csv(seed)))
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        let bytes = try SeedError.wrap { () throws(SourceFileError) in
          try SourceFiles.bytes(ofFile: file)
        }
        let text = try SeedError.wrap { () throws(SourceFileError) in
          try SourceText.decode(bytes, file: file)
        }
        manifest.override(with: try SeedManifestReader.read(text, path: file))
      }
    }
    return SeedDirectory(path: path, files: files, manifest: manifest)
  }
}
