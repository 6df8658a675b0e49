/// Looks at the folder of the project, for which no database is needed.
struct FolderChecks {
  let configuration: Configuration

  func run() -> [Diagnosis] { [file] + versionControl }

  private var file: Diagnosis {
    // Keys that nobody knows are errors before anything runs.
    Files.exists(Files.resolve(ConfigurationFile.name, from: configuration.folder))
      ? Diagnosis("configuration", .good, "dbtool.yaml is read, and dbtool knows all its keys")
      : Diagnosis(
        "configuration", .doubtful, "there is no dbtool.yaml: everything is as by default",
        remedy: "dbtool init writes one")
  }

  private var versionControl: [Diagnosis] {
    let git = Git(folder: configuration.folder, takesNamesLiterally: false)
    guard git.ask("rev-parse", "--is-inside-work-tree") == "true" else {
      return [
        Diagnosis(
          "git", .doubtful, "the project is not in a git repository",
          remedy: "git init: what was applied is told by files, and who changed them by git")
      ]
    }
    // A file in it, since a pattern that ends with a slash matches no folder that is not there.
    guard git.ask("check-ignore", ".dbtool/file") == nil else {
      return [Diagnosis("git", .good, "in a git repository, which leaves .dbtool/ out")]
    }
    return [
      Diagnosis(
        "git", .doubtful, "git would take the data of local servers in .dbtool/",
        remedy: "write .dbtool/ into .gitignore; dbtool init does it")
    ]
  }
}
