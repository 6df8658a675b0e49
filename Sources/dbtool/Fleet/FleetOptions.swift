import ArgumentParser

/// Which targets of `dbtool.yaml` a command works on.
struct FleetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A target of dbtool.yaml, TARGET/SCHEMA for one of its schemas, or \"all\"; may be repeated.",
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

  /// The targets that are meant, in the order of the file, each schema by itself.
  ///
  /// - Throws: `UsageError` for names that are not in the file and for missing variables, and what
  ///   looking up schemas throws.
  func targets(
    _ configuration: Configuration, environment: [String: String]
  ) throws -> [Target] {
    let known = configuration.targets
    for name in target where name != "all" && !known.contains(where: { $0.isMeant(by: name) }) {
      let names = known.map(\.name).joined(separator: ", ")
      throw UsageError(
        "there is no target \"\(name)\" in \(ConfigurationFile.name)",
        remedy: names.isEmpty ? "name them under targets:" : "it has: \(names)")
    }
    let chosen =
      target.contains("all")
      ? known : known.filter { one in target.contains { one.isMeant(by: $0) } }
    guard !chosen.isEmpty else {
      throw UsageError(
        "\(ConfigurationFile.name) has no targets", remedy: "name them under targets:")
    }
    // A missing variable is told before the first database is touched.
    for target in chosen { _ = try target.access(environment: environment) }
    return try chosen.flatMap { one -> [Target] in
      let wanted = target.filter { $0.hasPrefix(one.name + "/") }
        .map { String($0.dropFirst(one.name.count + 1)) }
      guard !target.contains("all"), !target.contains(one.name) else {
        return try TargetSchemas.expand(one, environment: environment)
      }
      var some = one
      some.schemas = wanted
      return try TargetSchemas.expand(some, environment: environment)
    }
  }
}

extension Target {
  /// True when a name on the command line means the target or one of its schemas.
  fileprivate func isMeant(by name: String) -> Bool {
    name == self.name || (!schemas.isEmpty && name.hasPrefix(self.name + "/"))
  }
}
