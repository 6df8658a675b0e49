import ArgumentParser
import LocalPostgres
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Parses the command line, runs the command, and ends the process with the exit code of the
/// contract.
struct Launcher {
  var arguments: [String]

  func launch() -> Never {
    // Writing to a closed pipe, as with `dbtool … | head`, must not kill the process before it
    // cleans up.
    signal(SIGPIPE, SIG_IGN)
    CoreFiles.forbid()
    Output.fillClosedStreams()
    let status = run()
    ProgressLine.shared.end()
    EphemeralServer.stopAll()
    exit(status.rawValue)
  }

  private func run() -> ExitStatus {
    var command: any ParsableCommand
    do {
      command = try DBTool.parseAsRoot(arguments)
    } catch {
      return reportUsage(error)
    }
    do {
      try command.run()
      return .good
    } catch let status as ExitStatus {
      return status
    } catch  where DBTool.exitCode(for: error) == .success || error is ValidationError {
      return reportUsage(error)
    } catch {
      // Not before the last word.
      ProgressLine.shared.clear()
      let failure = Failure(error)
      failure.report(asJSON: wantsJSON, colours)
      return failure.status
    }
  }

  /// Help and version go to standard output; what was typed wrongly goes to standard error.
  private func reportUsage(_ error: any Error) -> ExitStatus {
    var text = DBTool.fullMessage(for: error)
    if DBTool.exitCode(for: error) == .success {
      let problem = Output.standard.write(text + "\n")
      return problem == nil ? .good : .usage
    }
    if wantsJSON {
      Failure(usage: DBTool.message(for: error)).report(asJSON: true, colours)
    } else {
      // As every other message of dbtool begins.
      if text.hasPrefix("Error: ") { text.removeFirst("Error: ".count) }
      Output.error.write(ErrorText.message("dbtool: error:", .bad, ErrorText.safe(text), colours))
    }
    return .usage
  }

  private var colours: ColourChoice {
    ColourChoice(
      isForbidden: arguments.contains("--no-color"), environment: Environment.current)
  }

  /// Whether `--format json` was asked for, also when the rest of the line cannot be parsed.
  private var wantsJSON: Bool {
    arguments.contains("--format=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == ("--format", "json") }
  }
}
