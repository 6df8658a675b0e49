/// The commit that a folder's files belong to.
///
/// git itself is not asked: starting it would take as long as a whole run in which nothing is to do.
/// gitrepository-layout(5).
enum GitCommit {
  /// The commit; nil outside a repository, and in one without commits.
  static func current(inFolder folder: String) -> String? {
    let environment = Environment.current
    for name in ["GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT"] {
      if let commit = environment[name], isCommit(commit) { return commit }
    }
    guard let git = repository(of: folder), let head = text(git + "/HEAD") else { return nil }
    guard head.hasPrefix("ref: ") else { return isCommit(head) ? head : nil }
    let name = String(head.dropFirst("ref: ".count))
    // A linked working tree has its HEAD for itself, and the branches in common with others.
    let common = text(git + "/commondir").map { Files.resolve($0, from: git) } ?? git
    for place in [git, common] {
      if let commit = text("\(place)/\(name)"), isCommit(commit) { return commit }
    }
    let packed = text(common + "/packed-refs")?.split(separator: "\n") ?? []
    let line = packed.first { $0.hasSuffix(" " + name) }
    return line.map { String($0.prefix { $0 != " " }) }.flatMap { isCommit($0) ? $0 : nil }
  }

  /// The folder in which git keeps things.
  private static func repository(of folder: String) -> String? {
    var folder = Files.resolve(folder, from: Files.currentDirectory)
    while true {
      let place = folder + "/.git"
      if Files.exists(place + "/HEAD") { return place }
      if let link = text(place), link.hasPrefix("gitdir: ") {
        return Files.resolve(String(link.dropFirst("gitdir: ".count)), from: folder)
      }
      let parent = Files.folder(of: folder)
      guard parent != folder, folder != "/" else { return nil }
      folder = parent
    }
  }

  private static func text(_ path: String) -> String? {
    guard var text = Files.textIfThere(path) else { return nil }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }

  private static func isCommit(_ text: String) -> Bool {
    [40, 64].contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (97...102).contains(byte)
      }
  }
}
