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
      or the number after the newest one's where versions are plain numbers. With another layout: in \
      dbtool.yaml the files are named and begun as that tool wants them.

      Example: dbtool new add_guest_preferences
      """)

  @OptionGroup var global: GlobalOptions
  @Argument(help: "What the migration does, in lower-case words joined by _.")
  var name: String

  func validate() throws { try Self.checkName(name) }

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
    let stem = "\(folder)/\(Self.nextVersion(folder, configuration.layout))_\(name)"
    let files = Self.files(stem, name, configuration.layout)
    for file in files { try Files.create(file.path, file.text) }
    let made = files.map(\.path)
    var report = Report()
    for file in made { report.line("created \(file)") }
    try global.console.result(report, json: ["created": made])
  }

  /// The present time, or what comes after the newest file when that is later, as with a colleague's
  /// clock that is ahead; plain numbers go on as plain numbers.
  private static func nextVersion(_ folder: String, _ layout: MigrationLayout) -> String {
    let now = version()
    guard let newest = MigrationDirectory.newestVersion(inFolder: folder, layout: layout) else {
      return now
    }
    let isTime = newest > 1_000_000_000_000
    guard isTime else { return String(newest + 1) }
    return String(max(Int64(now) ?? newest, newest + 1))
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
  private static func version() -> String {
    var now = time(nil)
    var parts = tm()
    gmtime_r(&now, &parts)
    let fields = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    return String(parts.tm_year + 1900)
      + fields.map { $0 < 10 ? "0\($0)" : String($0) }.joined()
  }
}
