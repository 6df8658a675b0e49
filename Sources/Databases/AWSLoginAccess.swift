internal import AWS
internal import Postgres

/// A libpq connection whose password comes from AWS each time that one is opened.
struct AWSLoginAccess: Sendable {
  private let conninfo: String
  private let source: AWSLogin.Source
  private let region: String
  private let environment: AWSEnvironment

  /// - Throws: `DatabaseURLError` when the region is not known, or IAM is not told for whom.
  init(_ login: AWSLogin, conninfo: String, _ host: HostEnvironment) throws {
    self.conninfo = conninfo
    source = login.source
    let settings = LibPQConnection.settings(ofConninfo: conninfo) ?? [:]
    let configuration = try SharedConfiguration(
      variables: host.variables, readFile: HostEnvironment.text)
    let known: String?
    switch login.source {
    case .secret(let id):
      let words = id.split(separator: ":", omittingEmptySubsequences: false)
      known = words.count > 3 && words[0] == "arn" ? String(words[3]) : nil
    case .iam:
      guard settings["host"] != nil, settings["user"] != nil else {
        throw DatabaseURLError("iam=true needs the host and the user in the database URL")
      }
      // NAME.ID.REGION.rds.amazonaws.com
      let labels = (settings["host"] ?? "").split(separator: ".")
      known = labels.firstIndex(of: "rds").flatMap { $0 > 0 ? String(labels[$0 - 1]) : nil }
    }
    guard let region = login.region ?? known ?? configuration.region else {
      throw DatabaseURLError(
        "no region is known", remedy: "add region=… to the database URL, or set AWS_REGION")
    }
    self.region = region
    environment = AWSEnvironment(configuration, region: region, host)
  }

  func connect(connectTimeout: Int, cancellation: Cancellation?) throws -> LibPQConnection {
    func open() throws -> LibPQConnection {
      try LibPQConnection(
        conninfo: conninfo, settings: try settings(cancellation), connectTimeout: connectTimeout,
        cancellation: cancellation)
    }
    do {
      return try open()
    } catch let error as PostgresError
      where error.code == .cannotConnect && error.message.contains("password authentication failed")
    {
      // It may have been replaced between the two.
      return try open()
    }
  }

  private func settings(_ cancellation: Cancellation?) throws -> [String: String] {
    let given = LibPQConnection.settings(ofConninfo: conninfo) ?? [:]
    var settings: [String: String] = [:]
    switch source {
    case .secret(let id):
      let secret = try SecretsManagerClient(
        service: try environment.service(cancellation),
        endpoint: try environment.endpoint("secretsmanager", variable: "SECRETS_MANAGER")
      ).databaseSecret(id)
      settings["password"] = secret.password
      // What the URL says goes before.
      if given["user"] == nil { settings["user"] = secret.user }
      if given["host"] == nil, let host = secret.host { settings["host"] = host }
      if given["port"] == nil, let port = secret.port { settings["port"] = String(port) }
      if given["dbname"] == nil, let database = secret.database { settings["dbname"] = database }
    case .iam:
      settings["password"] = DatabaseToken.make(
        host: given["host"] ?? "", port: Int(given["port"] ?? "") ?? 5_432,
        user: given["user"] ?? "", region: region,
        credentials: try environment.credentials.credentials(), at: .now())
      // The server takes a token over TLS alone, and nobody else may see it.
      if given["sslmode"] == nil { settings["sslmode"] = "require" }
    }
    return settings
  }
}
