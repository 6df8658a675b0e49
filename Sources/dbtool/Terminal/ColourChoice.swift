/// Whether a stream gets colours.
struct ColourChoice {
  /// True when `--no-color` was given.
  var isForbidden: Bool
  var environment: [String: String]

  /// Whether `stream` gets them.
  ///
  /// Who wants none is heard first, then who forces them (no-color.org, bixense.com/clicolors,
  /// force-color.org), then the terminal.
  func isWanted(for stream: Output) -> Bool {
    isWanted(onTerminal: stream.isTerminal)
  }

  /// Whether a stream gets them that is a terminal, or is none.
  func isWanted(onTerminal isTerminal: Bool) -> Bool {
    guard !isForbidden, (environment["NO_COLOR"] ?? "").isEmpty else { return false }
    for name in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
      guard let value = environment[name], !value.isEmpty else { continue }
      if !["0", "false"].contains(value) { return true }
      if name == "FORCE_COLOR" { return false }
    }
    return isTerminal && environment["TERM"] != "dumb" && environment["CLICOLOR"] != "0"
  }
}
