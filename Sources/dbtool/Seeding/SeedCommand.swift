import ArgumentParser

/// `dbtool seed`.
struct SeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed",
    abstract: "Fill tenants with rows, from files and made up.",
    discussion: """
      Without a subcommand it runs: dbtool seed --tenant ID is dbtool seed run --tenant ID, whose options \
      dbtool seed run --help lists.
      """,
    subcommands: [SeedRun.self, SeedPlanCommand.self, SeedExport.self, SeedRemove.self],
    defaultSubcommand: SeedRun.self)
}
