/// Finds credentials where AWS's own tools look for them, in their order.
///
/// AWS SDKs and Tools Reference Guide, "Standardized credential providers": the environment, a web
/// identity, the profile (roles, SSO, `credential_process`, keys), the container, the instance.
package struct CredentialChain: Sendable {
  /// Runs a program and gives its status and standard output.
  package typealias RunProgram =
    @Sendable (_ arguments: [String]) throws -> (status: Int32, output: String)

  let configuration: SharedConfiguration
  /// The region of STS, unless the configuration has one.
  let region: String?
  let runProgram: RunProgram
  let isCancelled: @Sendable () -> Bool

  /// A chain over a configuration.
  package init(
    _ configuration: SharedConfiguration, region: String? = nil,
    isCancelled: @escaping @Sendable () -> Bool = { false }, runProgram: @escaping RunProgram
  ) {
    self.configuration = configuration
    self.region = region
    self.isCancelled = isCancelled
    self.runProgram = runProgram
  }

  /// The first credentials there are.
  ///
  /// A source that is there and fails ends the search: going on would call as somebody else.
  ///
  /// - Throws: `AWSError`.
  package func credentials() throws(AWSError) -> AWSCredentials {
    let http = try HTTPClient(certificates: configuration.certificates, isCancelled: isCancelled)
    if !configuration.isProfileArgument {
      if let found = try configuration.environmentCredentials() { return found }
      if let found = try webIdentity(http) { return found }
    }
    var seen: Set<String> = []
    if let found = try profile(configuration.profileName, &seen, http) { return found }
    if let found = try ContainerCredentials(configuration).credentials(http) { return found }
    if let found = try InstanceCredentials(configuration).credentials(http) { return found }
    throw AWSError(
      .noCredentials, "there are no AWS credentials",
      remedy: "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run "
        + "`aws configure`")
  }

  /// A role that a service account or a CI system may take on.
  private func webIdentity(_ http: HTTPClient) throws(AWSError) -> AWSCredentials? {
    guard let file = configuration.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
    guard let role = configuration.variable("AWS_ROLE_ARN") else {
      throw AWSError(
        .configuration, "the environment has AWS_WEB_IDENTITY_TOKEN_FILE without AWS_ROLE_ARN")
    }
    return try securityTokens.assumeRole(
      role, session: configuration.variable("AWS_ROLE_SESSION_NAME"),
      webIdentity: try token(file), http)
  }

  private func token(_ file: String) throws(AWSError) -> String {
    guard let text = configuration.readFile(file) else {
      throw AWSError(.configuration, "the web identity token \(file) cannot be read")
    }
    return text.split { $0.isWhitespace }.joined()
  }

  private var securityTokens: SecurityTokenService {
    SecurityTokenService(
      configuration: configuration,
      region: configuration.region ?? region ?? "us-east-1")
  }

  /// The credentials of a profile; nil when it has none.
  ///
  /// - Parameter seen: The profiles that led here.
  private func profile(
    _ name: String, _ seen: inout Set<String>, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials? {
    guard let profile = configuration.profile(name) else { return nil }
    func value(_ key: String) -> String? { profile[key].flatMap { $0.isEmpty ? nil : $0 } }
    let isLoop = !seen.insert(name).inserted
    if let role = value("role_arn"), !isLoop {
      if value("mfa_serial") != nil {
        throw AWSError(
          .configuration,
          "the profile \(name) asks for a one-time code, which dbtool cannot ask for",
          remedy: "get a session with `aws sts assume-role`, or with `aws configure "
            + "export-credentials --profile \(name) --format env`")
      }
      let session = value("role_session_name")
      if let file = value("web_identity_token_file") {
        return try securityTokens.assumeRole(
          role, session: session, webIdentity: try token(file), http)
      }
      return try securityTokens.assumeRole(
        role, session: session, externalID: value("external_id"),
        seconds: value("duration_seconds"), as: try source(of: name, profile, &seen, http), http)
    }
    // A profile may name itself as the source of its role: then its own keys are meant.
    if let keys = try configuration.staticCredentials(ofProfile: name) { return keys }
    if isLoop {
      throw AWSError(.configuration, "the profile \(name) is its own source_profile in the end")
    }
    if let found = try SSOCredentials(configuration, name, profile).credentials(http) {
      return found
    }
    return try value("credential_process").map { command throws(AWSError) in
      try ProcessCredentials(profile: name, command: command, run: runProgram).credentials()
    }
  }

  /// Who takes on the role of a profile.
  private func source(
    of name: String, _ profile: [String: String], _ seen: inout Set<String>, _ http: HTTPClient
  ) throws(AWSError) -> AWSCredentials {
    let found: AWSCredentials?
    let wanted: String
    if let source = profile["source_profile"] {
      wanted = "the profile \(source)"
      guard configuration.profile(source) != nil else {
        throw AWSError(
          .configuration, "the profile \(name) has source_profile \(source), which is not there")
      }
      found = try self.profile(source, &seen, http)
    } else {
      wanted = "credential_source"
      switch profile["credential_source"] {
      case "Environment": found = try configuration.environmentCredentials()
      case "EcsContainer": found = try ContainerCredentials(configuration).credentials(http)
      case "Ec2InstanceMetadata": found = try InstanceCredentials(configuration).credentials(http)
      default:
        throw AWSError(
          .configuration,
          "the profile \(name) has role_arn without source_profile or a credential_source of "
            + "Environment, EcsContainer or Ec2InstanceMetadata")
      }
    }
    guard let found else {
      throw AWSError(
        .noCredentials, "the profile \(name) takes its credentials from \(wanted), which has none")
    }
    return found
  }
}

extension Optional {
  /// `map` for a body with a typed error.
  fileprivate func map<Result>(
    _ body: (Wrapped) throws(AWSError) -> Result
  ) throws(AWSError) -> Result? {
    guard let self else { return nil }
    return try body(self)
  }
}
