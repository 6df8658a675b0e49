/// The profiles of AWS's shared configuration and credentials files, and the variables beside them.
package struct SharedConfiguration: Sendable {
  /// The environment's variables.
  let variables: [String: String]
  /// The name of the profile that is meant.
  package let profileName: String
  /// True when somebody asked for that profile by name.
  let isProfileNamed: Bool
  private let profiles: [String: [String: String]]

  /// Reads the files that the variables name, or those in the home folder; missing files are empty.
  ///
  /// - Parameters:
  ///   - profile: The profile that was asked for; nil for that of `AWS_PROFILE`, or `default`.
  ///   - readFile: Gives a file's text; nil when there is none.
  /// - Throws: `AWSError` for files that make no sense, and for a profile that was asked for and is
  ///   in neither file.
  package init(
    profile: String? = nil, variables: [String: String], readFile: (String) -> String?
  ) throws(AWSError) {
    self.variables = variables
    let named = profile ?? variables["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
    profileName = named ?? "default"
    isProfileNamed = named != nil
    let home = variables["HOME"] ?? ""
    var profiles: [String: [String: String]] = [:]
    let configFile = variables["AWS_CONFIG_FILE"] ?? home + "/.aws/config"
    if let text = readFile(configFile) {
      for (section, values) in try ProfileFile(text, file: configFile).sections {
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
    if isProfileNamed, profiles[profileName] == nil {
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
      ?? value("endpoint_url")
  }

  /// Credentials that stand in the variables or in the profile as they are; nil when there are none.
  ///
  /// Variables go before the profile, unless the profile was asked for by argument: so does AWS's own
  /// command line.
  ///
  /// - Throws: `AWSError` for one half of a pair.
  package func staticCredentials(profileIsArgument: Bool = false) throws(AWSError)
    -> AWSCredentials?
  {
    if !profileIsArgument,
      let found = try pair(
        variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"),
        variable("AWS_SESSION_TOKEN"), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "the environment")
    {
      return found
    }
    return try pair(
      value("aws_access_key_id"), value("aws_secret_access_key"), value("aws_session_token"),
      "aws_access_key_id", "aws_secret_access_key", "the profile \(profileName)")
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
