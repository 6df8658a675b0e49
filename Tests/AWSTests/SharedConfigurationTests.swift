import Testing

@testable import AWS

@Suite("Shared configuration and credentials files")
struct SharedConfigurationTests {
  private static let config = """
    # a comment
    [default]
    region = eu-west-1
    s3 =
      max_queue_size = 1000
      endpoint_url = http://not.this

    [profile  team]
    REGION=eu-central-1
    endpoint_url = http://127.0.0.1:1
    aws_access_key_id = FROMCONFIG
    [sso-session x]
    sso_region = us-east-1
    """
  private static let credentials = """
    [default]
    aws_access_key_id=AKIDDEFAULT
    aws_secret_access_key = se=cr#et
    [team]
    aws_access_key_id = AKIDTEAM
    aws_secret_access_key = s
    aws_session_token = t
    """

  private func read(
    _ variables: [String: String] = [:], profile: String? = nil,
    files: [String: String]? = nil
  ) throws -> SharedConfiguration {
    let files =
      files
      ?? ["/home/u/.aws/config": Self.config, "/home/u/.aws/credentials": Self.credentials]
    return try SharedConfiguration(
      profile: profile,
      variables: variables.merging(["HOME": "/home/u", "AWS_EC2_METADATA_DISABLED": "true"]) { $1 }
    ) { files[$0] }
  }

  /// The credentials that a machine with this configuration has; nil for none.
  private func found(_ configuration: SharedConfiguration) throws -> AWSCredentials? {
    do {
      return try CredentialChain(configuration) { _ in (1, "") }.credentials()
    } catch  where error.code == .noCredentials {
      return nil
    }
  }

  @Test("a profile has what both files say, and the credentials file goes before")
  func profiles() throws {
    let usual = try read()
    #expect(usual.region == "eu-west-1" && usual.endpoint(for: "RDS_DATA") == nil)
    #expect(
      try found(usual)
        == AWSCredentials(accessKeyID: "AKIDDEFAULT", secretAccessKey: "se=cr#et"))
    let team = try read(["AWS_PROFILE": "team"])
    #expect(team.region == "eu-central-1")
    #expect(team.endpoint(for: "RDS_DATA") == "http://127.0.0.1:1")
    #expect(
      try found(team)
        == AWSCredentials(accessKeyID: "AKIDTEAM", secretAccessKey: "s", sessionToken: "t"))
  }

  @Test("variables go before the profile, and a profile asked for by argument before variables")
  func variables() throws {
    let variables = [
      "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "e", "AWS_REGION": "ap-south-1",
      "AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_RDS_DATA": "http://one",
      "AWS_SESSION_TOKEN": "",
    ]
    let named = try read(variables.merging(["AWS_PROFILE": "team"]) { $1 })
    #expect(try found(named)?.accessKeyID == "AKIDENV" && found(named)?.sessionToken == nil)
    let configuration = try read(variables, profile: "team")
    #expect(try found(configuration)?.accessKeyID == "AKIDTEAM")
    #expect(configuration.region == "ap-south-1")
    #expect(configuration.endpoint(for: "RDS_DATA") == "http://one")
    #expect(configuration.endpoint(for: "STS") == "http://all")
    let ignoring = try read(
      variables.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"]) { $1 })
    #expect(ignoring.endpoint(for: "RDS_DATA") == nil)
  }

  @Test("files elsewhere, and none at all")
  func places() throws {
    let elsewhere = try read(
      ["AWS_CONFIG_FILE": "/c", "AWS_SHARED_CREDENTIALS_FILE": "/d"],
      files: ["/c": "[default]\nregion = x\n", "/d": Self.credentials])
    #expect(elsewhere.region == "x")
    #expect(try found(elsewhere)?.accessKeyID == "AKIDDEFAULT")
    let nothing = try read(files: [:])
    #expect(try found(nothing) == nil && nothing.region == nil)
  }

  @Test("half a pair is an error, not a reason to look further, and no secret is in it")
  func halves() throws {
    let id = #expect(throws: AWSError.self) {
      try found(read(["AWS_ACCESS_KEY_ID": "AKIDENV"]))
    }
    #expect(id?.message.contains("AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY") == true)
    let secret = #expect(throws: AWSError.self) {
      try found(read(["AWS_SECRET_ACCESS_KEY": "hunter2"]))
    }
    #expect(secret.map { "\($0)".contains("hunter2") } == false)
  }

  @Test(
    "files that make no sense name file and line, and nothing of the line",
    arguments: [
      ("[default\nx = 1", "1: the section has no ]"), ("x = hunter2", "1: a value stands before"),
      ("[default]\n\nhunter2", "3: the line is no key"),
      ("[default]\n = hunter2", "2: the line has no key"),
    ])
  func nonsense(text: String, reason: String) throws {
    let error = #expect(throws: AWSError.self) {
      try read(files: ["/home/u/.aws/credentials": text])
    }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("/home/u/.aws/credentials:\(reason)"), "\(message)")
    #expect(!message.contains("hunter2"))
  }

  @Test("a profile that was asked for and is not there is an error that names those that are")
  func unknown() throws {
    let error = #expect(throws: AWSError.self) { try read(["AWS_PROFILE": "nobody"]) }
    #expect(error.map { "\($0)".contains("there are: default, team") } == true)
  }
}
