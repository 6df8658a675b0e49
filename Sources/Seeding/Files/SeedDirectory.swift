internal import Digests
internal import SQLSyntax
internal import SourceFiles
internal import Wording

/// The folder of seed files, read and checked.
package struct SeedDirectory: Sendable, Equatable {
  /// The folder inside it whose files run in every profile.
  package static let baseName = "base"

  /// Its path, for messages.
  package var path: String
  /// Its files in the order in which they run: folder by folder, and there by the bytes of their
  /// names.
  package var files: [SeedFile]
  /// What its YAML files say together.
  package var manifest: SeedManifest

  /// A folder with known files.
  package init(path: String, files: [SeedFile], manifest: SeedManifest = SeedManifest()) {
    self.path = path
    self.files = files
    self.manifest = manifest
  }

  /// Reads the files that lie directly in the folder at `path`, then those of its folder `base`,
  /// then those of the profiles' folders; hidden files are left out.
  ///
  /// - Parameter administrative: Patterns for the names of files that run once, as the
  ///   administrator.
  /// - Throws: `SeedError` naming the first file that cannot be used.
  package static func load(
    _ path: String, profiles: [String] = [], administrative: [String] = []
  ) throws(SeedError) -> SeedDirectory {
    let folders = try SeedFolders(path: path, profiles: profiles)
    var directory = SeedDirectory(path: path, files: [])
    for folder in folders.all { try directory.readManifests(of: folder) }
    try directory.checkRules(folders)
    for folder in folders.all {
      for name in folder.names {
        if let file = try directory.file(name, in: folder, administrative) {
          directory.files.append(file)
        }
      }
    }
    for pattern in administrative
    where !directory.files.contains(where: { NamePattern.matches(pattern, $0.name) }) {
      let known = directory.files.map(\.name).joined(separator: ", ")
      throw SeedError(
        .unknownFile, "no seed file is called \(pattern.debugDescription)", file: path,
        remedy: known.isEmpty ? nil : "There are: \(known).")
    }
    return directory
  }

  private mutating func readManifests(of folder: SeedFolders.Folder) throws(SeedError) {
    for name in folder.names where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      let path = SourceFiles.path(name, inFolder: folder.path)
      let text = try SeedError.wrap { () throws(SourceFileError) in
        try SourceText.decode(try SourceFiles.bytes(ofFile: path), file: path)
      }
      var read = try SeedManifestReader.read(text, path: path)
      // A file beside it is meant before one of the whole folder.
      var files: [String: SeedFileRule] = [:]
      for (key, rule) in read.files {
        files[folder.names.contains(key) ? folder.prefix + key : key] = rule
      }
      read.files = files
      manifest.override(with: read)
    }
  }

  /// Refuses what is said of a file that is not there.
  private func checkRules(_ folders: SeedFolders) throws(SeedError) {
    let rules = manifest.files.sorted {
      ($0.value.file, $0.value.line) < ($1.value.file, $1.value.line)
    }
    for (name, rule) in rules {
      let place = SourceLocation(line: rule.line, column: 1)
      guard folders.contains(name) else {
        throw SeedError(
          .unknownFile, "there is no seed file \(name.debugDescription)", file: rule.file,
          location: place, remedy: "Name the file as it is called in the folder of seeds.")
      }
      guard RowFormat.of(name) != nil || (rule.conflict == nil && rule.key.isEmpty) else {
        throw SeedError(
          .invalidManifest, "files.\(name): on-conflict and key are for files of rows",
          file: rule.file, location: place)
      }
    }
  }

  private func file(
    _ name: String, in folder: SeedFolders.Folder, _ administrative: [String]
  ) throws(SeedError) -> SeedFile? {
    let path = SourceFiles.path(name, inFolder: folder.path)
    let key = folder.prefix + name
    let rule = manifest.files[key]
    let isAdministrative =
      rule?.isAdministrative == true
      || administrative.contains { NamePattern.matches($0, key) }
    if name.hasSuffix(".sql") {
      let bytes = try SeedError.wrap { () throws(SourceFileError) in
        try SourceFiles.bytes(ofFile: path)
      }
      let seed = try SQLSeed(path: path, bytes: bytes, isAdministrative: isAdministrative)
      return SeedFile(
        name: key, path: path, checksum: SHA256.hexDigest(of: bytes), content: .sql(seed),
        rule: rule, scope: seed.scope)
    }
    guard let (format, suffix) = RowFormat.of(name) else { return nil }
    var (seed, checksum) = try RowSeed.load(name: name, path: path, format: format, suffix: suffix)
    if rule?.isLiteral == true { seed.mentionsTenant = false }
    return SeedFile(
      name: key, path: path, checksum: checksum, content: .rows(seed), rule: rule,
      scope: isAdministrative ? .administrator : .tenant)
  }
}
