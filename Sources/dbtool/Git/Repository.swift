/// The repository that the current folder belongs to.
enum Repository {
  /// The current folder's path from the top of its repository, with a slash at its end; empty at the top and
  /// outside a repository.
  static var prefix: String {
    var folder = Files.currentDirectory
    var prefix = ""
    while folder != "/" {
      if Files.exists(folder + "/.git") { return prefix }
      prefix = (folder.split(separator: "/").last.map(String.init) ?? "") + "/" + prefix
      folder = Files.folder(of: folder)
    }
    return ""
  }
}
