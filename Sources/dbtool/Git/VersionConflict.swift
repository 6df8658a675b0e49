import Migrations

/// A migration of this branch that does not go with those of the main branch.
struct VersionConflict: Encodable {
  enum Kind: String, Encodable {
    /// The main branch has another migration of that version.
    case duplicate
    /// The main branch has newer ones, which may be applied already.
    case older
    /// The main branch has it, and here it says something else.
    case edited
  }

  var file: String
  var kind: Kind
  var message: String

  /// What stands between the files of a folder and those of the main branch.
  static func all(
    inFolder folder: String, _ layout: MigrationLayout, _ branch: MainBranch
  ) throws -> [VersionConflict] {
    func ups(_ names: [String]) -> [(name: String, version: Int64)] {
      names.compactMap { name in
        MigrationDirectory.version(ofUpFile: name, layout: layout).map { (name, $0) }
      }
    }
    let here = ups(try Files.names(in: folder))
    let there = ups(branch.files)
    let known = Set(there.map(\.name))
    // What this branch removes is gone once it is merged.
    let kept = there.filter { !branch.removed.contains($0.name) }
    let newest = kept.map(\.version).max() ?? 0
    return here.compactMap { name, version -> VersionConflict? in
      let file = folder + "/" + name
      if known.contains(name) {
        guard branch.changed.contains(name) else { return nil }
        return VersionConflict(
          file: file, kind: .edited,
          message: "was changed here, and \(branch.name) has it: it may be applied already")
      }
      if let rival = kept.first(where: { $0.version == version }) {
        return VersionConflict(
          file: file, kind: .duplicate,
          message: "has the version of \(rival.name) on \(branch.name)")
      }
      guard version < newest, !mayBeOlder(file, layout) else { return nil }
      return VersionConflict(
        file: file, kind: .older,
        message:
          "is older than \(newest), the newest on \(branch.name), which may be applied already"
      )
    }
  }

  /// True for a file that says that it may come after newer ones, or stands for older ones.
  private static func mayBeOlder(_ file: String, _ layout: MigrationLayout) -> Bool {
    guard let directives = try? MigrationScript.load(file, layout: layout).directives else {
      return false
    }
    return directives.allowsOutOfOrder || !directives.replacements.isEmpty
  }
}
