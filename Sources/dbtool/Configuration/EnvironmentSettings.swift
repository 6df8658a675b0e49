import Databases
import Stacks
import YAML

/// Reads and writes an environment of `dbtool.yaml`.
enum EnvironmentSettings {
  /// The keys that name a cluster by its parts.
  private enum Key {
    static let cluster = "cluster"
    static let ownerSecret = "owner-secret"
    static let appSecret = "app-secret"
    static let database = "database"
    static let region = "region"
    static let namespace = "namespace"
    static let url = "url"
    static let stack = "from-stack"
    static let protected = "protected"
    static let cost = "cost"
  }

  /// The ways of saying where a database is, of which an environment has one.
  private static let ways = [Key.url, Key.cluster, Key.stack]

  static func read(_ section: Section) throws -> Configuration.Environment {
    var section = section
    let given = ways.filter { way in section.members.contains { $0.key == way } }
    guard given.count < 2 else {
      throw section.error(
        "an environment has one of \(ways.joined(separator: ", ")), not both \(given[0]) and "
          + given[1], at: given[1])
    }
    var environment = Configuration.Environment()
    environment.isProtected = try section.flag(Key.protected) ?? false
    switch given.first {
    case Key.cluster:
      let cluster = try cluster(&section)
      environment.url = cluster.url
      environment.cluster = cluster
    case Key.stack:
      let name = try section.required(Key.stack, "the name of a CloudFormation stack")
      environment.stack = .init(name: name, region: try section.text(Key.region))
    default: environment.url = try section.text(Key.url)
    }
    environment.cost = try section.section(Key.cost).map(CostSettings.read) ?? .init()
    try check(environment, section)
    try section.finish()
    return environment
  }

  /// One way of saying what was built, for both regions.
  private static func check(
    _ environment: Configuration.Environment, _ section: Section
  ) throws {
    let cost = environment.cost
    let path = section.full(Key.cost)
    if cost.shape != nil, environment.stack != nil {
      throw section.error(
        "\(section.full(Key.stack)) tells what was built, and so does \(path).shape: keep one of them",
        at: Key.cost)
    }
    if cost.secondShape != nil, cost.shape == nil {
      throw section.error("\(path).second-shape needs \(path).shape", at: Key.cost)
    }
    if cost.secondStack != nil, environment.stack == nil {
      throw section.error(
        "\(path).second-stack needs \(section.full(Key.stack))", at: Key.cost)
    }
  }

  private static func cluster(_ section: inout Section) throws -> StackDatabase {
    var outputs: [String: String] = [:]
    for (key, name) in outputNames { outputs[name] = try section.text(key) }
    _ = try section.required(Key.ownerSecret, "the ARN of the secret of the user that migrates")
    do throws(StackError) {
      return try StackDatabase(StackOutputs(stack: "", outputs))
    } catch {
      let key = outputNames.first { $0.name == error.output }?.key ?? Key.cluster
      throw section.error(
        "\(key) is not what it should be: \(error.remedy ?? error.message)", at: key)
    }
  }

  private static let outputNames: [(key: String, name: String)] = [
    (Key.cluster, StackOutputs.Name.cluster), (Key.ownerSecret, StackOutputs.Name.ownerSecret),
    (Key.appSecret, StackOutputs.Name.appSecret), (Key.database, StackOutputs.Name.database),
    (Key.region, StackOutputs.Name.region), (Key.namespace, StackOutputs.Name.namespace),
  ]

  /// What has an environment say which cluster it is, whatever it said before.
  static func changes(_ cluster: StackDatabase, protects: Bool) -> [YAMLEdit.Change] {
    var changes: [YAMLEdit.Change] = [
      (Key.url, nil), (Key.stack, nil),
      (Key.cluster, .text(cluster.cluster)), (Key.ownerSecret, .text(cluster.ownerSecret)),
      (Key.appSecret, cluster.appSecret.map { .text($0) }),
      (Key.database, cluster.database.map { .text($0) }),
      (Key.region, .text(cluster.region)),
      (Key.namespace, cluster.namespace.map { .text($0) }),
    ]
    if protects { changes.append((Key.protected, .flag(true))) }
    return changes
  }
}
