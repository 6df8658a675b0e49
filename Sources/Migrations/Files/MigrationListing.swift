/// The files of a folder while they are sorted into migrations.
struct MigrationListing {
  struct Entry {
    var version: Int64
    var name: String
    var up: String
    var down: String?
    var verify: String?
  }

  private struct Key: Hashable {
    var version: Int64
    var name: String
  }

  let folder: String
  let layout: MigrationLayout
  private var files: [MigrationFileName.Role: [Key: String]] = [:]
  private var upFiles: [Int64: String] = [:]
  private var flaws: [MigrationError] = []

  init(folder: String, layout: MigrationLayout) {
    self.folder = folder
    self.layout = layout
  }

  mutating func add(_ fileName: String) {
    let path = folder.hasSuffix("/") ? folder + fileName : folder + "/" + fileName
    do {
      let parsed = try layout.parse(fileName)
      let key = Key(version: parsed.version, name: parsed.name)
      let rival =
        parsed.role == .up ? upFiles[parsed.version] : files[parsed.role]?[key]
      if let rival {
        flaws.append(duplicate(path, of: rival, version: parsed.version))
        return
      }
      if parsed.role == .up { upFiles[parsed.version] = path }
      files[parsed.role, default: [:]][key] = path
    } catch {
      flaws.append(
        MigrationError(
          .badFileName, error.reason, file: printable(path),
          remedy: "rename it to \(layout.namePattern), or move it out of the folder"))
    }
  }

  /// The migrations, or everything that is wrong.
  func checked() throws(MigrationError) -> [Entry] {
    let ups = files[.up] ?? [:]
    var flaws = flaws
    for role in [MigrationFileName.Role.down, .verify] {
      for (key, path) in files[role] ?? [:] where ups[key] == nil {
        flaws.append(orphan(path, key: key))
      }
    }
    flaws.sort { ($0.file ?? "") < ($1.file ?? "") }
    if let error = MigrationError(all: flaws, summary: "files in \(folder) are not right") {
      throw error
    }
    return ups.map { key, path in
      Entry(
        version: key.version, name: key.name, up: path, down: files[.down]?[key],
        verify: files[.verify]?[key])
    }.sorted { $0.version < $1.version }
  }

  private func duplicate(_ path: String, of rival: String, version: Int64) -> MigrationError {
    MigrationError(
      .duplicateVersion, "version \(version) is taken by \(rival) already", file: path,
      remedy: "give the one that was applied nowhere yet a higher version")
  }

  private func orphan(_ path: String, key: Key) -> MigrationError {
    let other = upFiles[key.version].map { "; version \(key.version) is \($0)" } ?? ""
    return MigrationError(
      .orphanFile, "there is no \(key.version)_\(key.name).up.sql for it\(other)", file: path,
      remedy: "add the up file, make the names alike, or remove this file")
  }

  /// `path` with control characters, which may be why it is refused, made harmless.
  private func printable(_ path: String) -> String {
    String(
      String.UnicodeScalarView(
        path.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
