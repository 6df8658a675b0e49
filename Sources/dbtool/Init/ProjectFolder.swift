import Migrations

/// The folder of a new project: what is there, and what is written beside it.
struct ProjectFolder {
  /// What became of the files.
  struct Outcome {
    var created: [String] = []
    /// What was there, and stays as it is.
    var kept: [String] = []
    /// What got a line.
    var extended: [String] = []
  }

  private static let ignored = ".dbtool/"
  private let path: String

  init(_ path: String) { self.path = path }

  /// What the `dbtool.yaml` says that is there; nil when there is none.
  func configuration() throws -> Configuration? {
    let file = place(ConfigurationFile.name)
    return Files.exists(file) ? try ConfigurationFile.load(file) : nil
  }

  /// Writes what is missing.
  ///
  /// - Throws: `UsageError` for a file that cannot be written; those before it stay.
  func write(_ files: ProjectFiles) throws -> Outcome {
    var outcome = Outcome()
    try create([(ConfigurationFile.name, files.configuration)], &outcome)
    if files.isForExisting {
      try Files.makeFolder(place("migrations"))
    } else {
      // One file in a folder of another's would be half a project: both or none.
      try create(files.migration(New.version()), unlessThereAre: [".sql"], &outcome)
      try create(files.policies, unlessThereAre: [".sql", ".yaml", ".yml"], &outcome)
      try create(
        files.seeds(), unlessThereAre: [".sql", ".csv", ".tsv", ".jsonl", ".ndjson", ".yaml"],
        &outcome)
    }
    if let file = CIFile.file(files.plan.ci) { try create([file], &outcome) }
    try ignore(&outcome)
    return outcome
  }

  private func place(_ name: String) -> String { path == "." ? name : path + "/" + name }

  private func create(
    _ files: [ProjectFiles.File], unlessThereAre endings: [String] = [],
    _ outcome: inout Outcome
  ) throws {
    let folder = files.first.map { Files.folder(of: $0.path) } ?? "."
    if !endings.isEmpty, Files.exists(place(folder) + "/.") {
      let names = try Files.names(in: place(folder))
      if names.contains(where: { name in endings.contains { name.hasSuffix($0) } }) {
        outcome.kept.append(place(folder) + "/")
        return
      }
    }
    for file in files {
      guard !Files.exists(place(file.path)) else {
        outcome.kept.append(place(file.path))
        continue
      }
      try Files.create(place(file.path), file.text)
      outcome.created.append(place(file.path))
    }
  }

  /// Keeps the data of local servers out of version control.
  private func ignore(_ outcome: inout Outcome) throws {
    let file = place(".gitignore")
    guard Files.exists(file) else {
      try Files.create(file, "# Local PostgreSQL servers of dbtool.\n\(Self.ignored)\n")
      outcome.created.append(file)
      return
    }
    let text = try Files.read(file)
    guard !Self.ignores(text) else {
      outcome.kept.append(file)
      return
    }
    let separator = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
    try Files.write(text + separator + Self.ignored + "\n", to: file)
    outcome.extended.append(file)
  }

  /// True when a `.gitignore` has the line for the data of local servers.
  static func ignores(_ text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).contains { line in
      [".dbtool", ".dbtool/", "/.dbtool", "/.dbtool/", "**/.dbtool/"].contains(
        line.split(separator: " ").first.map(String.init) ?? "")
    }
  }
}
