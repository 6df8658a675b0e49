import ArgumentParser

/// What the command line says about seed files.
struct SeedFileArguments: ParsableArguments {
  @Option(name: .customLong("tenant"), help: "The id of a tenant; may be given several times.")
  var tenants: [String] = []
  @Option(help: "The role that the files run as.")
  var role: String?
  @Option(
    name: .customLong("profile"),
    help: "A folder in the folder of seeds whose files run too; may be given several times.")
  var profiles: [String] = []
  @Option(
    name: .customLong("as-admin"),
    help: ArgumentHelp(
      "Run the files of this name once, as the role that is connected; * is any characters.",
      valueName: "pattern"))
  var administrative: [String] = []
}
