import Postgres
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Console {
  /// True when a person can be asked.
  static var somebodyIsThere: Bool { Output.standardInputIsTerminal && Output.error.isTerminal }

  /// Asks a person; nothing but `y` or `yes` is a yes.
  ///
  /// - Throws: `UsageError` when nobody is there to ask, or the answer is Ctrl-C.
  func isAgreed(_ question: String) throws -> Bool {
    guard Self.somebodyIsThere else {
      throw UsageError("nobody is there to ask", remedy: "give --yes, or --dry-run to look first")
    }
    let answer = try answer(to: question + " [y/N] ") ?? ""
    return ["y", "yes"].contains(answer.lowercased())
  }

  /// Asks a person for a text; an empty answer is `preset`.
  ///
  /// - Throws: `UsageError` when the input ends, or the answer is Ctrl-C.
  func ask(_ question: String, preset: String) throws -> String {
    guard let answer = try answer(to: "\(question) [\(preset)] ") else {
      throw UsageError("the answers end here", remedy: "give --yes to take all defaults")
    }
    let words = answer.drop { $0 == " " }
    return words.isEmpty ? preset : String(words)
  }

  /// The line that a person types; nil for the end of input.
  private func answer(to question: String) throws -> String? {
    clearStatus()
    Output.error.write(TextRenderer.visible(question))
    // Reading would go on after Ctrl-C, for a line that nobody types any more.
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    while poll(&input, 1, 100) == 0 {
      if Interrupts.cancellation.isRequested { throw UsageError("nothing was answered") }
    }
    return readLine()
  }
}
