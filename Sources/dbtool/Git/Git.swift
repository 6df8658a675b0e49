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
    (try? outcome(arguments)) ?? nil
  }

  /// The same, for a question that has an answer unless something is wrong.
  ///
  /// - Throws: `UsageError` with what git says.
  func answer(_ arguments: String...) throws -> String {
    if let answer = try outcome(arguments) { return answer }
    throw UsageError("git \(arguments.first ?? "") fails in \(folder): \(complaint(arguments))")
  }

  /// What git says against a question; empty when it answers.
  ///
  /// - Throws: `UsageError` when it cannot be run.
  func refusal(_ arguments: String...) throws -> String {
    try outcome(arguments) == nil ? complaint(arguments) : ""
  }

  private func outcome(_ arguments: [String]) throws -> String? {
    do {
      let outcome = try run(arguments, dropsErrors: true)
      return outcome.isSuccess ? outcome.trimmedOutput : nil
    } catch {
      throw UsageError("git cannot be run: \(error)", remedy: "install it")
    }
  }

  private func complaint(_ arguments: [String]) -> String {
    let text = (try? run(arguments, dropsErrors: false))?.output ?? ""
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func run(_ arguments: [String], dropsErrors: Bool) throws -> ChildProcess.Outcome {
    // Whose repositories it trusts stands in the user's configuration.
    var variables = ["HOME", "XDG_CONFIG_HOME"].compactMap { name in
      Environment.current[name].map { "\(name)=\($0)" }
    }
    if let index { variables.append("GIT_INDEX_FILE=" + index) }
    let place = Files.resolve(folder, from: Files.currentDirectory)
    return try ChildProcess.run(
      ["git", "-C", place] + (takesNamesLiterally ? ["--literal-pathspecs"] : []) + arguments,
      variables: variables, dropsErrors: dropsErrors)
  }
}
