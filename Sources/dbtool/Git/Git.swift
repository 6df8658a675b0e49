import Processes

/// git, asked about a folder.
struct Git {
  let folder: String

  /// Another index than the repository's own, as a file.
  var index: String?
  /// Names of files are taken as they are; check-ignore refuses to hear so.
  var takesNamesLiterally = true

  /// What it answers, without white space at the end; nil when it refuses, or is not there.
  func ask(_ arguments: String...) -> String? {
    // Whose repositories it trusts stands in the user's configuration.
    var variables = ["HOME", "XDG_CONFIG_HOME"].compactMap { name in
      Environment.current[name].map { "\(name)=\($0)" }
    }
    if let index { variables.append("GIT_INDEX_FILE=" + index) }
    let place = Files.resolve(folder, from: Files.currentDirectory)
    guard
      let outcome = try? ChildProcess.run(
        ["git", "-C", place] + (takesNamesLiterally ? ["--literal-pathspecs"] : []) + arguments,
        variables: variables,
        dropsErrors: true),
      outcome.isSuccess
    else { return nil }
    return outcome.trimmedOutput
  }
}
