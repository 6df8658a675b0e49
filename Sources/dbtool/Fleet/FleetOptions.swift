import ArgumentParser

/// Which targets of `dbtool.yaml` a command works on.
struct FleetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A target of dbtool.yaml, or all of them with \"all\"; may be repeated.",
      discussion: "A canary comes first when it is the first of the file and --parallel is 1."))
  var target: [String] = []

  @Option(help: "How many targets are worked on at a time.")
  var parallel = 4

  @Flag(help: "Go on with the other targets when one failed.")
  var keepGoing = false

  func validate() throws {
    guard (1...256).contains(parallel) else {
      throw ValidationError("--parallel must be from 1 to 256")
    }
  }

  /// The targets that are meant, in the order of the file.
  func targets(_ configuration: Configuration) throws -> [Target] {
    let known = configuration.targets
    for name in target where name != "all" && !known.contains(where: { $0.name == name }) {
      let names = known.map(\.name).joined(separator: ", ")
      throw UsageError(
        "there is no target \"\(name)\" in \(ConfigurationFile.name)",
        remedy: names.isEmpty ? "name them under targets:" : "it has: \(names)")
    }
    let chosen = target.contains("all") ? known : known.filter { target.contains($0.name) }
    guard !chosen.isEmpty else {
      throw UsageError(
        "\(ConfigurationFile.name) has no targets", remedy: "name them under targets:")
    }
    return chosen
  }
}
