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
    let refusal = try git.refusal("rev-parse", "--is-inside-work-tree")
    guard refusal.isEmpty else {
      // A folder of somebody else's, as containers of CI systems have it, is a repository all the same.
      guard refusal.contains("not a git repository") else {
        throw UsageError("git refuses to read \(folder): \(refusal)")
      }
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
    // Folders of the project may lie beside it: the whole repository is asked.
    let top = try git.answer("rev-parse", "--show-toplevel")
    let prefix = try git.answer("rev-parse", "--show-prefix")
    let whole = Git(folder: top)
    let changed = try whole.answer(
      "diff", "-z", "--no-renames", "--name-only", "--diff-filter=d", commit, "--", ".")
    let untracked = try whole.answer("ls-files", "-z", "--others", "--exclude-standard")
    let all = Set([changed, untracked].flatMap { $0.split(separator: "\0").map(String.init) })
    let up = String(repeating: "../", count: prefix.count { $0 == "/" })
    names = all.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : up + $0 }.sorted()
    places = Set(all.map { Files.canonical(Files.resolve($0, from: top)) })
  }

  /// True for a file that is new or another one.
  func contains(_ path: String) -> Bool { places.contains(Files.canonical(path)) }

  /// Writes a folder of the project as it was into a new folder for temporary files, which is given back; an
  /// empty one where there was none.
  func original(of folder: String) throws -> TemporaryFolder {
    let copy = try TemporaryFolder()
    var git = Git(folder: self.folder)
    let top = try git.answer("rev-parse", "--show-toplevel")
    guard try !git.answer("ls-tree", "--name-only", commit, "--", folder).isEmpty else {
      return copy
    }
    git.index = copy.path + ".index"
    defer { try? Files.remove(copy.path + ".index") }
    _ = try git.answer("read-tree", "\(commit):./\(folder)")
    var whole = Git(folder: top)
    whole.index = git.index
    _ = try whole.answer("checkout-index", "--all", "--force", "--prefix=\(copy.path)/")
    return copy
  }
}
