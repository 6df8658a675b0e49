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

  @Option(
    help: ArgumentHelp(
      "How results are shown: text or json; of checks also junit, sarif, github, markdown, gitlab or html."
    ))
  var format: OutputFormat = .text

  @Option(help: "Write the result to this file instead of standard output.", completion: .file())
  var output: String?

  @Option(help: "Where metrics of the run go: cloudwatch, emf, prometheus, jsonl or none.")
  var metrics: MetricsKind?

  @Flag(name: .shortAndLong, help: "Say more about what is done.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Say nothing but results and errors.")
  var quiet = false

  @Flag(
    name: .customLong("no-color"),
    help: ArgumentHelp(
      "Use no colours.",
      discussion: """
        NO_COLOR, CLICOLOR=0 and TERM=dumb do the same; FORCE_COLOR and CLICOLOR_FORCE bring colours \
        into pipes. Standard output and standard error get them each when it is a terminal.
        """))
  var noColour = false

  /// The console that these options ask for.
  var console: Console {
    Console(
      format: format, isVerbose: verbose, isQuiet: quiet,
      colours: ColourChoice(isForbidden: noColour, environment: Environment.current),
      outputFile: output)
  }
}
