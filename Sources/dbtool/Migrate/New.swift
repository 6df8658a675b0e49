import ArgumentParser
import Migrations
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `dbtool new NAME`.
struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make the files of a new migration.",
    discussion: """
      Writes migrations/VERSION_NAME.up.sql and .down.sql, with the present UTC time as the version, \
      or the number after the newest one's where versions are plain numbers; the newest one of git's \
      main branch counts as well. With another layout: in dbtool.yaml the files are named and begun as \
      that tool wants them.

      --check makes nothing: it is for CI, and exits with 1 when a migration of this branch has a \
      version that the main branch has too, is older than the newest there, or was changed though \
      the main branch has it.

      Examples:
        dbtool new add_guest_preferences
        dbtool new --check --base origin/main
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @Argument(help: "What the migration does, in lower-case words joined by _.")
  var name: String?
  @Flag(help: "Make nothing; compare this branch's migrations with those of the main branch.")
  var check = false
  @Option(help: "The main branch, as git calls it (default: origin/HEAD, origin/main or main).")
  var base: String?

  func validate() throws {
    if let name { try Self.checkName(name) }
    guard (name == nil) == check else {
      throw ValidationError(
        check ? "--check makes nothing: leave the name out" : "give the new migration a name")
    }
  }

  /// - Throws: `ValidationError` for what does not fit into the name of a file.
  static func checkName(_ name: String) throws {
    let isFit =
      name.first.map { $0.isASCII && ($0.isLowercase || $0.isNumber) } == true
      && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_" || $0 == "-") }
    guard isFit, name.utf8.count <= 100 else {
      throw ValidationError(
        "\"\(name)\" does not fit into a file name: use lower-case letters, digits, _ and -")
    }
  }

  func run() throws {
    let configuration = try ConfigurationFile.load(global.config)
    let folder = configuration.place(configuration.migrations)
    guard let name else { return try checkConflicts(folder, configuration.layout) }
    let branch = Files.exists(folder) ? try MainBranch.find(base, ofFolder: folder) : nil
    let stem = "\(folder)/\(Self.nextVersion(folder, configuration.layout, branch))_\(name)"
    let files = Self.files(stem, name, configuration.layout)
    for file in files { try Files.create(file.path, file.text) }
    let made = files.map(\.path)
    var report = Report()
    for file in made { report.line("created \(file)") }
    try global.console.result(report, json: ["created": made])
  }

  /// The present time, or what comes after the newest file when that is later, as with a colleague's
  /// clock that is ahead; plain numbers go on as plain numbers.
  private static func nextVersion(
    _ folder: String, _ layout: MigrationLayout, _ branch: MainBranch?
  ) -> String {
    let now = version()
    let here = MigrationDirectory.newestVersion(inFolder: folder, layout: layout)
    let there = branch?.files.compactMap {
      MigrationDirectory.version(ofUpFile: $0, layout: layout)
    }.max()
    guard let newest = [here, there].compactMap(\.self).max() else { return now }
    let isTime = newest > 1_000_000_000_000
    guard isTime else { return String(newest + 1) }
    return String(max(Int64(now) ?? newest, newest + 1))
  }

  /// Compares with the main branch, for CI.
  private func checkConflicts(_ folder: String, _ layout: MigrationLayout) throws {
    guard let branch = try MainBranch.find(base, ofFolder: folder) else {
      throw UsageError(
        "there is no main branch to compare \(folder) with",
        remedy: "fetch it, for example with git fetch origin main, and name it with --base")
    }
    let conflicts = try VersionConflict.all(inFolder: folder, layout, branch)
    var report = Report()
    for conflict in conflicts { report.line("\(conflict.file) \(conflict.message)", .bad) }
    if conflicts.isEmpty {
      report.line("the migrations go with those of \(branch.name)", .good)
    } else {
      if conflicts.contains(where: { $0.kind != .edited }) {
        report.line("next: give them versions above the newest, for example with git mv")
      }
      if conflicts.contains(where: { $0.kind == .edited }) {
        report.line("next: restore what was changed, and put the change into a new migration")
      }
    }
    try global.console.result(report, json: ConflictsJSON(base: branch.name, conflicts: conflicts))
    if !conflicts.isEmpty { throw ExitStatus.found }
  }

  private struct ConflictsJSON: Encodable {
    var base: String
    var conflicts: [VersionConflict]
  }

  /// The files of a new migration, as the layout wants them.
  private static func files(
    _ stem: String, _ name: String, _ layout: MigrationLayout
  ) -> [(path: String, text: String)] {
    let up = "-- What \(name) changes.\n\n"
    let down = "-- Takes back what \(name) changed.\n\n"
    let folder = Files.folder(of: stem)
    let version = stem.dropFirst(folder.count + 1).prefix { $0.isNumber }
    return switch layout {
    case .dbtool, .golangMigrate: [(stem + ".up.sql", up), (stem + ".down.sql", down)]
    case .dbmate: [(stem + ".sql", "-- migrate:up\n\(up)-- migrate:down\n\(down)")]
    case .goose: [(stem + ".sql", "-- +goose Up\n\(up)-- +goose Down\n\(down)")]
    case .supabase: [(stem + ".sql", up)]
    case .flyway:
      [
        ("\(folder)/V\(version)__\(name).sql", up), ("\(folder)/U\(version)__\(name).sql", down),
      ]
    }
  }

  /// The present UTC time as 14 digits.
  static func version() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    let fields = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    return String(parts.tm_year + 1900)
      + fields.map { $0 < 10 ? "0\($0)" : String($0) }.joined()
  }
}
