internal import SourceFiles

/// The folder of seeds and those inside it that belong to a run.
struct SeedFolders {
  /// A folder and what lies in it.
  struct Folder {
    var path: String
    /// What stands before a file's name within the folder of seeds.
    var prefix: String
    var names: [String]
  }

  /// The folder of seeds, the base and the profiles, in the order in which their files run.
  private(set) var all: [Folder]
  private let path: String

  /// - Throws: `SeedError` for a profile that is not there.
  init(path: String, profiles: [String]) throws(SeedError) {
    self.path = path
    let names = try SeedError.wrap { () throws(SourceFileError) in
      try SourceFiles.names(inFolder: path)
    }
    all = [Folder(path: path, prefix: "", names: names)]
    if let base = Self.folder(SeedDirectory.baseName, in: path, names) { all.append(base) }
    for profile in profiles where !all.contains(where: { $0.prefix == profile + "/" }) {
      guard Self.isName(profile) else {
        throw SeedError(
          .unknownProfile, "a profile cannot be called \(profile.debugDescription)", file: path,
          remedy: "It is the name of a folder in the folder of seeds.")
      }
      guard let folder = Self.folder(profile, in: path, names) else {
        let known = names.filter {
          $0 != SeedDirectory.baseName && Self.folder($0, in: path, names) != nil
        }
        throw SeedError(
          .unknownProfile, "there is no profile \(profile.debugDescription)", file: path,
          remedy: known.isEmpty
            ? "A profile is a folder in the folder of seeds, and there is none."
            : "There are: \(known.joined(separator: ", ")).")
      }
      all.append(folder)
    }
  }

  /// True when there is a file of a name, in this run or in a profile that has no part in it.
  func contains(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    switch parts.count {
    case 1: return Self.isSeed(name) && all[0].names.contains(name)
    case 2:
      return Self.isName(parts[0]) && Self.isSeed(parts[1])
        && Self.folder(parts[0], in: path, all[0].names)?.names.contains(parts[1]) == true
    default: return false
    }
  }

  private static func isSeed(_ name: String) -> Bool {
    name.hasSuffix(".sql") || RowFormat.of(name) != nil
  }

  /// True for what can only be a folder's name, and leads nowhere else.
  private static func isName(_ profile: String) -> Bool {
    !profile.isEmpty && !profile.hasPrefix(".") && !profile.contains("\\")
      && profile.unicodeScalars.allSatisfy { $0 != "/" && $0.value >= 0x20 && $0.value != 0x7F }
  }

  private static func folder(_ name: String, in path: String, _ names: [String]) -> Folder? {
    guard names.contains(name) else { return nil }
    let folder = SourceFiles.path(name, inFolder: path)
    guard let names = try? SourceFiles.names(inFolder: folder) else { return nil }
    return Folder(path: folder, prefix: name + "/", names: names)
  }
}
