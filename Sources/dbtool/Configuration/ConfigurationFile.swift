import Yams

/// Reads `dbtool.yaml`.
///
/// Unknown keys are errors: a misspelt key that is silently ignored would leave a default in force unnoticed.
enum ConfigurationFile {
  static let name = "dbtool.yaml"

  /// The configuration of `path`, or of `dbtool.yaml` in the current folder, or the defaults.
  static func load(_ path: String?) throws -> Configuration {
    let folder = Files.currentDirectory
    guard !folder.isEmpty else {
      throw UsageError("the current folder is gone", remedy: "change to a folder that exists")
    }
    guard let file = path ?? (Files.exists(name) ? name : nil) else {
      return Configuration(folder: folder)
    }
    let text = try Files.read(file)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch {
      throw notYAML(file, error)
    }
    var configuration = Configuration(
      folder: file.hasPrefix("/") || file.contains("/")
        ? Files.resolve(Files.folder(of: file), from: folder) : folder)
    guard let root, root.null == nil || root.mapping != nil else { return configuration }
    var section = try Section(root, path: "", file: file)
    configuration.url = try section.text("url")
    configuration.migrations = try section.text("migrations") ?? configuration.migrations
    configuration.policies = try section.text("policies") ?? configuration.policies
    configuration.seeds = try section.text("seeds") ?? configuration.seeds
    if let tenancy = try section.section("tenancy") {
      configuration.tenancy = try self.tenancy(tenancy)
    }
    if var seed = try section.section("seed") {
      configuration.seeding.tenants = try seed.texts("tenants")
      configuration.seeding.role = try seed.text("role")
      try seed.finish()
    }
    if let environments = try section.section("environments") {
      for (name, node) in environments.members {
        var environment = try Section(node, path: "environments.\(name)", file: file)
        configuration.environments[name] = .init(url: try environment.text("url"))
        try environment.finish()
      }
    }
    try section.finish()
    return configuration
  }

  private static func notYAML(_ file: String, _ error: any Error) -> UsageError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      UsageError(
        "\(file):\(mark.line):\(mark.column): not valid YAML: \(problem)",
        remedy: "put values that hold a colon into quotes, as in url: \"ephemeral:\"")
    case .duplicatedKeysInMapping(let keys, let context):
      UsageError("\(file):\(context.mark.line): \(keys.joined(separator: ", ")) is there twice")
    default: UsageError("\(file) is not valid YAML: \(error)")
    }
  }

  private static func tenancy(_ section: Section) throws -> Configuration.Tenancy {
    var section = section
    var tenancy = Configuration.Tenancy()
    tenancy.column = try section.text("column") ?? tenancy.column
    tenancy.setting = try section.text("setting") ?? tenancy.setting
    tenancy.userSetting = try section.text("user-setting") ?? tenancy.userSetting
    tenancy.type = try section.text("type")
    tenancy.roles = try section.texts("roles")
    if let exempt = try section.section("exempt") {
      for (table, node) in exempt.members {
        guard let reason = node.string, !reason.isEmpty else {
          throw section.error("tenancy.exempt.\(table) must be the reason, as text")
        }
        tenancy.exempt[table] = reason
      }
    }
    try section.finish()
    return tenancy
  }
}

/// A mapping of the file, which keeps account of the keys that were read.
private struct Section {
  let members: [(String, Node)]
  private let path: String
  private let file: String
  private var unread: [String]

  init(_ node: Node, path: String, file: String) throws {
    self.path = path
    self.file = file
    guard let mapping = node.mapping else {
      let name = path.isEmpty ? "the file" : path
      throw UsageError("\(file):\(node.mark?.line ?? 1): \(name) must hold keys and values")
    }
    members = mapping.map { ($0.key.string ?? "", $0.value) }
    unread = members.map(\.0)
  }

  private mutating func take(_ key: String) -> Node? {
    unread.removeAll { $0 == key }
    let node = members.first { $0.0 == key }?.1
    return node?.null == nil ? node : nil
  }

  mutating func text(_ key: String) throws -> String? {
    guard let node = take(key) else { return nil }
    guard let text = node.scalar?.string else {
      throw error("\(full(key)) must be one value", node)
    }
    return text
  }

  mutating func texts(_ key: String) throws -> [String] {
    guard let node = take(key) else { return [] }
    if let single = node.scalar?.string { return [single] }
    let texts = node.sequence?.compactMap { $0.scalar?.string } ?? []
    guard node.sequence?.count == texts.count else {
      throw error("\(full(key)) must be a list of values", node)
    }
    return texts
  }

  mutating func section(_ key: String) throws -> Section? {
    guard let node = take(key) else { return nil }
    return try Section(node, path: full(key), file: file)
  }

  /// Refuses keys that nobody asked for.
  func finish() throws {
    guard let key = unread.first else { return }
    throw error("\(full(key)) is not a setting that dbtool knows", members.first { $0.0 == key }?.1)
  }

  func error(_ message: String, _ node: Node? = nil) -> UsageError {
    let line = node?.mark.map { ":\($0.line)" } ?? ""
    return UsageError("\(file)\(line): \(message)")
  }

  private func full(_ key: String) -> String { path.isEmpty ? key : path + "." + key }
}
