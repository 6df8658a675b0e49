/// Paths as CI systems want them: from the top of the repository.
enum Repository {
  /// A file's path from the top of the repository that it lies in; as it is for one outside a repository.
  static func path(of file: String) -> String {
    guard !file.isEmpty else { return file }
    let whole = Files.canonical(file)
    var folder = Files.folder(of: whole)
    while true {
      if Files.exists(folder + "/.git") {
        return String(whole.dropFirst(folder == "/" ? 1 : folder.count + 1))
      }
      let parent = Files.folder(of: folder)
      guard parent != folder, folder != "/" else { return file }
      folder = parent
    }
  }
}
