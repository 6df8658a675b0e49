import AWS
import Postgres

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How a libpq connection gets its password from AWS: `secret=ARN` or `iam=true` in the database's URL or
/// connection string.
struct AWSLogin: Equatable {
  /// Where the password comes from.
  enum Source: Equatable {
    /// A secret of Secrets Manager.
    case secret(String)
    /// A token that IAM signs.
    case iam
  }

  var source: Source
  /// The region, where it does not follow from the ARN or from the host's name.
  var region: String?

  /// The login that `text` asks for, and the text without it, which libpq reads; nil for none.
  ///
  /// - Throws: `UsageError` when it asks for both, or for something else.
  static func extract(from text: String) throws -> (login: AWSLogin, conninfo: String)? {
    let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    var values: [String: String] = [:]
    func keep(_ part: Substring) -> Bool {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, ["secret", "iam", "region"].contains(pair[0]) else { return true }
      // In a URL a value may be percent-encoded.
      let decoded = isURL ? URLComponents(string: "?value=\(pair[1])")?.queryItems?[0].value : nil
      values[String(pair[0])] = decoded ?? String(pair[1])
      return false
    }
    let rest: String
    if isURL {
      guard let mark = text.firstIndex(of: "?") else { return nil }
      let kept = text[text.index(after: mark)...].split(separator: "&").filter(keep)
      rest = text[..<mark] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    } else {
      // A quoted value with blanks would be torn apart, so nothing is touched where there is none of
      // these words.
      guard text.contains("secret=") || text.contains("iam=") else { return nil }
      rest = text.split(separator: " ").filter(keep).joined(separator: " ")
    }
    guard values["secret"] != nil || values["iam"] != nil else { return nil }
    if values["secret"]?.isEmpty == true {
      throw UsageError("secret= in the database URL is empty")
    }
    let isIAM: Bool
    switch values["iam"] {
    case nil, "false": isIAM = false
    case "true": isIAM = true
    default: throw UsageError("iam= in the database URL is neither true nor false")
    }
    switch (values["secret"], isIAM) {
    case (let secret?, false):
      return (AWSLogin(source: .secret(secret), region: values["region"]), rest)
    case (nil, true): return (AWSLogin(source: .iam, region: values["region"]), rest)
    case (_?, true):
      throw UsageError(
        "the database URL has both secret= and iam=true", remedy: "leave one of them out")
    case (nil, false): return nil
    }
  }
}

/// A libpq connection whose password comes from AWS each time that one is opened.
struct AWSLoginAccess: Sendable {
  private let conninfo: String
  private let source: AWSLogin.Source
  private let region: String
  private let environment: AWSEnvironment

  /// - Throws: `UsageError` when the region is not known, or IAM is not told for whom.
  init(_ login: AWSLogin, conninfo: String, environment variables: [String: String]) throws {
    self.conninfo = conninfo
    source = login.source
    let settings = LibPQConnection.settings(ofConninfo: conninfo) ?? [:]
    let configuration = try SharedConfiguration(variables: variables, readFile: Files.textIfThere)
    let known: String?
    switch login.source {
    case .secret(let id):
      let words = id.split(separator: ":", omittingEmptySubsequences: false)
      known = words.count > 3 && words[0] == "arn" ? String(words[3]) : nil
    case .iam:
      guard settings["host"] != nil, settings["user"] != nil else {
        throw UsageError("iam=true needs the host and the user in the database URL")
      }
      // NAME.ID.REGION.rds.amazonaws.com
      let labels = (settings["host"] ?? "").split(separator: ".")
      known = labels.firstIndex(of: "rds").flatMap { $0 > 0 ? String(labels[$0 - 1]) : nil }
    }
    guard let region = login.region ?? known ?? configuration.region else {
      throw UsageError(
        "no region is known", remedy: "add region=… to the database URL, or set AWS_REGION")
    }
    self.region = region
    environment = AWSEnvironment(configuration, region: region, variables: variables)
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
