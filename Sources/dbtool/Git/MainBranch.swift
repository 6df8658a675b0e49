/// A folder as git's main branch has it, and what the working tree did to it since.
struct MainBranch {
  /// What git calls it, for example `origin/main`.
  let name: String
  /// The names of the files in the folder, there.
  let files: [String]
  /// The names of the files that were changed here since the branches parted.
  let changed: Set<String>
  /// The names of the files that were removed here since the branches parted.
  let removed: Set<String>

  /// What is looked for when nobody says which branch is the main one.
  private static let usual = ["origin/HEAD", "origin/main", "origin/master", "main", "master"]

  /// Asks git; nil when the folder is in no repository, or that has no main branch.
  ///
  /// - Parameter wanted: The branch to compare with, if somebody says so.
  /// - Throws: `UsageError` when there is no such branch.
  static func find(_ wanted: String?, ofFolder folder: String) throws -> MainBranch? {
    let git = Git(folder: folder)
    guard git.ask("rev-parse", "--is-inside-work-tree") != nil else {
      if let wanted {
        throw UsageError(
          "\(folder) is in no git repository, so there is no branch \"\(wanted)\" to compare with")
      }
      return nil
    }
    func exists(_ name: String) -> Bool {
      // A name that begins with a dash would be an option.
      !name.hasPrefix("-")
        && git.ask("rev-parse", "--verify", "--quiet", name + "^{commit}") != nil
    }
    if let wanted, !exists(wanted) {
      throw UsageError(
        "git knows no branch or commit \"\(wanted)\"",
        remedy: "fetch it first: a clone of depth 1, as CI systems make it, has no other branches")
    }
    guard let name = wanted ?? usual.first(where: exists),
      let listing = git.ask("ls-tree", "-z", "--name-only", name)
    else { return nil }
    let parting = git.ask("merge-base", "HEAD", name) ?? name
    let fields =
      (git.ask("diff", "-z", "--no-renames", "--name-status", "--relative", parting, "--", ".")
      ?? "")
      .split(separator: "\0").map { String($0) }
    var changed: Set<String> = []
    var removed: Set<String> = []
    for index in stride(from: 0, to: fields.count - 1, by: 2) {
      switch fields[index] {
      case "M", "T": changed.insert(fields[index + 1])
      case "D": removed.insert(fields[index + 1])
      default: break
      }
    }
    return MainBranch(
      name: name, files: listing.split(separator: "\0").map { String($0) }, changed: changed,
      removed: removed)
  }
}
