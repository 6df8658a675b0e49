import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(
    help:
      "The database: a postgres:// or data-api:// URL, a libpq connection string, ephemeral: or ephemeral:NAME."
  )
  var url: String?

  @Option(help: "An environment of dbtool.yaml, for example dev.")
  var env: String?

  @Option(help: "The configuration file.", completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Option(help: "How results are shown: text or json.")
  var format: OutputFormat = .text

  @Option(help: "Write the result to this file instead of standard output.", completion: .file())
  var output: String?

  @Option(help: "Where metrics of the run go: cloudwatch, emf, prometheus, jsonl or none.")
  var metrics: MetricsKind?

  @Flag(name: .shortAndLong, help: "Say more about what is done.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Say nothing but results and errors.")
  var quiet = false

  @Flag(name: .customLong("no-color"), help: "Use no colours; NO_COLOR does the same.")
  var noColour = false

  /// The console that these options ask for.
  var console: Console {
    let environment = Environment.current
    let wantsColour =
      !noColour && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    return Console(
      format: format, isVerbose: verbose, isQuiet: quiet,
      usesColour: wantsColour && Output.standard.isTerminal, outputFile: output)
  }
}
