import Lint
import Migrations

/// The files that are linted, in the order in which they would be run.
struct LintedFiles {
  private(set) var sources: [LintSource] = []

  /// All migrations and policies of the project; with `paths` only those are judged.
  init(_ session: Session, paths: [String]) throws {
    let configuration = session.configuration
    var named = try Self.files(paths)
    let folder = configuration.place(configuration.migrations)
    var template: Template?
    // Without the project's folder single files can be judged all the same.
    if paths.isEmpty || Files.exists(folder) {
      let directory = try session.migrations()
      template = directory.template
      for migration in directory.migrations {
        let isNamed = Self.take(migration.upFile, from: &named)
        sources.append(
          LintSource(
            file: migration.upFile, kind: .migration(migration.version),
            isJudged: paths.isEmpty || isNamed, template: template, layout: directory.layout))
      }
    }
    let policies = configuration.place(configuration.policies)
    if Files.exists(policies) {
      for name in try Files.names(in: policies)
      where name.hasSuffix(".sql") && !name.hasPrefix(".") {
        let file = policies + "/" + name
        let isNamed = Self.take(file, from: &named)
        sources.append(
          LintSource(file: file, kind: .policies, isJudged: paths.isEmpty || isNamed))
      }
    }
    for file in named { sources.append(LintSource(file: file, kind: .other, template: template)) }
  }

  /// The `.sql` files that are meant, folders opened.
  private static func files(_ paths: [String]) throws -> [String] {
    try paths.flatMap { path -> [String] in
      guard Files.exists(path) else {
        throw UsageError("\(path) cannot be read: there is no such file")
      }
      guard Files.exists(path + "/.") else { return [path] }
      let base = path.hasSuffix("/") ? String(path.dropLast()) : path
      return try Files.names(in: base).filter {
        // A down file undoes, and a verify file only asks: other rules hold for both.
        $0.hasSuffix(".sql") && !$0.hasSuffix(".down.sql") && !$0.hasSuffix(".verify.sql")
      }.map { base + "/" + $0 }
    }
  }

  /// Takes a file out of those that were named; false when it is not among them.
  private static func take(_ file: String, from named: inout [String]) -> Bool {
    let place = Files.canonical(file)
    guard let index = named.firstIndex(where: { Files.canonical($0) == place }) else {
      return false
    }
    named.remove(at: index)
    return true
  }
}
