/// The profiles of AWS's shared configuration and credentials files, and the variables beside them.
package struct SharedConfiguration: Sendable {
  /// The environment's variables.
  let variables: [String: String]
  /// The name of the profile that is meant.
  package let profileName: String
  /// True when the profile was asked for by argument, which goes before keys in the variables: so does
  /// AWS's own command line.
  let isProfileArgument: Bool
  private let profiles: [String: [String: String]]
  /// The `[sso-session NAME]` sections.
  private let sessions: [String: [String: String]]
  /// The `[services NAME]` sections.
  private let services: [String: [String: String]]
  /// Gives a file's text; nil when there is none.
  let readFile: @Sendable (String) -> String?

  /// Reads the files that the variables name, or those in the home folder; missing files are empty.
  ///
  /// - Parameters:
  ///   - profile: The profile that was asked for; nil for that of `AWS_PROFILE`, or `default`.
  ///   - readFile: Gives a file's text; nil when there is none.
  /// - Throws: `AWSError` for files that make no sense, and for a profile that was asked for and is
  ///   in neither file.
  package init(
    profile: String? = nil, variables: [String: String],
    readFile: @escaping @Sendable (String) -> String?
  ) throws(AWSError) {
    self.variables = variables
    self.readFile = readFile
    let named = profile ?? variables["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
    profileName = named ?? "default"
    isProfileArgument = profile != nil
    let home = variables["HOME"] ?? ""
    var profiles: [String: [String: String]] = [:]
    var sessions: [String: [String: String]] = [:]
    var services: [String: [String: String]] = [:]
    let configFile = variables["AWS_CONFIG_FILE"] ?? home + "/.aws/config"
    if let text = readFile(configFile) {
      for (section, values) in try ProfileFile(text, file: configFile).sections {
        if section.hasPrefix("sso-session ") {
          sessions[String(section.dropFirst("sso-session ".count))] = values
        }
        if section.hasPrefix("services ") {
          services[String(section.dropFirst("services ".count))] = values
        }
        // Only `default` goes without the word.
        guard section == "default" || section.hasPrefix("profile ") else { continue }
        let name = section == "default" ? section : String(section.dropFirst("profile ".count))
        profiles[name, default: [:]].merge(values) { $1 }
      }
    }
    let credentialsFile =
      variables["AWS_SHARED_CREDENTIALS_FILE"] ?? home + "/.aws/credentials"
    if let text = readFile(credentialsFile) {
      // What stands in both files counts as it stands here.
      for (section, values) in try ProfileFile(text, file: credentialsFile).sections {
        profiles[section, default: [:]].merge(values) { $1 }
      }
    }
    self.profiles = profiles
    self.sessions = sessions
    self.services = services
    if named != nil, profiles[profileName] == nil {
      let known = profiles.keys.sorted().joined(separator: ", ")
      throw AWSError(
        .configuration,
        "there is no profile \"\(profileName)\" in \(configFile) or \(credentialsFile)",
        remedy: known.isEmpty ? nil : "there are: \(known)")
    }
  }

  /// A value of the profile that is meant; nil when it is not there or empty.
  func value(_ key: String) -> String? {
    profiles[profileName]?[key].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The keys and values of a profile; nil when there is no such one.
  func profile(_ name: String) -> [String: String]? { profiles[name] }

  /// The keys and values of an `[sso-session NAME]` section.
  func session(_ name: String) -> [String: String]? { sessions[name] }

  /// A file with the certificates to trust instead of the system's.
  var certificates: String? { variable("AWS_CA_BUNDLE") ?? value("ca_bundle") }

  /// A variable that is set to something.
  func variable(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// The region: the variables, then the profile.
  ///
  /// Whoever has the ARN of what is called knows it better.
  package var region: String? {
    variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? value("region")
  }

  /// The address of a service that is called instead of AWS's own, for example a local server.
  ///
  /// AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
  ///
  /// - Parameter service: As the variable has it, for example `RDS_DATA`.
  package func endpoint(for service: String) -> String? {
    if variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true" { return nil }
    return variable("AWS_ENDPOINT_URL_\(service)") ?? variable("AWS_ENDPOINT_URL")
      ?? value("services").flatMap { services[$0]?[service.lowercased()] }.flatMap(Self.endpoint)
      ?? value("endpoint_url")
  }

  /// The address in the keys nested below a service's name.
  private static func endpoint(inNested text: String) -> String? {
    for line in text.split(separator: "\n") {
      let pair = line.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
      if pair.count == 2, pair[0] == "endpoint_url" { return pair[1] }
    }
    return nil
  }

  /// Credentials that stand in the variables; nil when there are none.
  ///
  /// - Throws: `AWSError` for one half of a pair.
  package func environmentCredentials() throws(AWSError) -> AWSCredentials? {
    try pair(
      variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
      variable("AWS_SESSION_TOKEN"), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
      "the environment")
  }

  /// Credentials that stand in a profile as they are; nil when there are none.
  ///
  /// - Throws: `AWSError` for one half of a pair.
  package func staticCredentials(ofProfile name: String) throws(AWSError) -> AWSCredentials? {
    func value(_ key: String) -> String? {
      profiles[name]?[key].flatMap { $0.isEmpty ? nil : $0 }
    }
    return try pair(
      value("aws_access_key_id"), value("aws_secret_access_key"), value("aws_session_token"),
      "aws_access_key_id", "aws_secret_access_key", "the profile \(name)")
  }

  private func pair(
    _ id: String?, _ secret: String?, _ token: String?, _ idName: String, _ secretName: String,
    _ place: String
  ) throws(AWSError) -> AWSCredentials? {
    switch (id, secret) {
    case (nil, nil): return nil
    case (let id?, let secret?):
      return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    case (_?, nil), (nil, _?):
      // Going on to the next source would sign as somebody else than was meant.
      throw AWSError(
        .configuration,
        "\(place) has \(id == nil ? secretName : idName) without \(id == nil ? idName : secretName)"
      )
    }
  }
}
