/// What a branch and the working tree did to the files of a project since they parted from another branch.
struct ChangedFiles: Sendable {
  /// What it is compared with, as it was named.
  let since: String
  /// The commit at which they parted.
  let commit: String
  /// The project's folder.
  let folder: String
  /// The files that are new or other ones, from the project's folder, in order.
  let names: [String]
  private let places: Set<String>

  /// Asks git.
  ///
  /// - Throws: `UsageError` when there is no repository, or no such branch in it.
  init(since name: String, inFolder folder: String) throws {
    let git = Git(folder: folder)
    guard git.ask("rev-parse", "--is-inside-work-tree") != nil else {
      throw UsageError(
        "\(folder) is in no git repository, so there is nothing to compare with \"\(name)\"",
        remedy: "leave --changed-since out, or run git init and commit what is there")
    }
    // A name that begins with a dash would be an option.
    guard !name.hasPrefix("-"),
      let tip = git.ask("rev-parse", "--verify", "--quiet", name + "^{commit}")
    else {
      throw UsageError(
        "git knows no branch or commit \"\(name)\"",
        remedy: "fetch it first: a clone of depth 1, as CI systems make it, has no other branches")
    }
    since = name
    commit = git.ask("merge-base", "HEAD", tip) ?? tip
    self.folder = folder
    let changed = git.ask(
      "diff", "-z", "--no-renames", "--name-only", "--relative", "--diff-filter=d", commit, "--",
      ".")
    let untracked = git.ask("ls-files", "-z", "--others", "--exclude-standard", "--", ".")
    let all = [changed, untracked].compactMap(\.self).flatMap { $0.split(separator: "\0") }
    names = Set(all.map { String($0) }).sorted()
    places = Set(names.map { Files.canonical(Files.resolve($0, from: folder)) })
  }

  /// True for a file that is new or another one.
  func contains(_ path: String) -> Bool { places.contains(Files.canonical(path)) }

  /// Writes a folder of the project as it was into a new folder for temporary files, which is given back; an
  /// empty one where there was none.
  func original(of folder: String) throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    var git = Git(folder: self.folder)
    guard let prefix = git.ask("rev-parse", "--show-prefix"),
      let top = git.ask("rev-parse", "--show-toplevel")
    else { return copy }
    git.index = copy.path + ".index"
    defer { try? Files.remove(copy.path + ".index") }
    guard git.ask("read-tree", "\(commit):\(prefix)\(folder)") != nil else { return copy }
    var whole = Git(folder: top)
    whole.index = git.index
    guard whole.ask("checkout-index", "--all", "--force", "--prefix=\(copy.path)/") != nil else {
      throw UsageError("git cannot write \(folder) as it was at \(commit)")
    }
    return copy
  }
}
