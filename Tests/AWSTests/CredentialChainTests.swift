import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(
  "Where credentials come from",
  .enabled(
    if: PythonClients.interpreter != nil,
    "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
struct CredentialChainTests {
  private func onStandIn(_ body: @escaping @Sendable (StandIn) throws -> Void) async throws {
    try await onOwnThread { try body(try StandIn()) }
  }

  @Test("an instance gives those of its role, unless that is turned off")
  func instance() async throws {
    try await onStandIn { standIn in
      let found = try standIn.credentials([:])
      #expect(found.accessKeyID == "AKIDINSTANCE" && found.sessionToken == "role-token")
      #expect(found.expiration == SigningTime.seconds(ofISO8601: "2999-01-01T00:00:00Z"))
      let none = #expect(throws: AWSError.self) {
        try standIn.credentials(["AWS_EC2_METADATA_DISABLED": "true"])
      }
      #expect(none?.code == .noCredentials && none?.remedy?.contains("AWS_PROFILE") == true)
    }
  }

  @Test("a container gives its own to who has the token, and the address must be trusted")
  func container() async throws {
    try await onStandIn { standIn in
      let address = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": standIn.metadata + "/container"]
      let token = address.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token"]) { $1 }
      let found = try standIn.credentials(token, files: ["/token": "container-token"])
      #expect(found.accessKeyID == "AKIDCONTAINER")
      #expect(throws: AWSError.self) {
        try standIn.credentials(token, files: ["/token": "container-token\nX: y"])
      }
      #expect(throws: AWSError.self) { try standIn.credentials(address) }
      for place in ["http://example.com/x", "http://127.0.0.1.example.com/x", "http://0x7f.1/x"] {
        let refused = #expect(throws: AWSError.self) {
          try standIn.credentials(["AWS_CONTAINER_CREDENTIALS_FULL_URI": place])
        }
        #expect(refused?.code == .configuration, "\(place)")
      }
    }
  }

  @Test("a role is taken on with the credentials of another profile, and with a web identity")
  func roles() async throws {
    try await onStandIn { standIn in
      let config = """
        [profile base]
        aws_access_key_id = AKIDBASE
        aws_secret_access_key = base-secret
        [profile role]
        role_arn = arn:aws:iam::123456789012:role/reader
        source_profile = base
        [profile chain]
        role_arn = arn:aws:iam::123456789012:role/writer
        source_profile = role
        [profile a]
        role_arn = arn:aws:iam::123456789012:role/a
        source_profile = b
        [profile b]
        role_arn = arn:aws:iam::123456789012:role/b
        source_profile = a
        [profile mfa]
        role_arn = arn:aws:iam::123456789012:role/b
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/me
        [profile nobody]
        role_arn = arn:aws:iam::123456789012:role/b
        """
      let files = ["/home/u/.aws/config": config, "/token": "a.b.c\n"]
      for profile in ["role", "chain"] {
        let found = try standIn.credentials(["AWS_PROFILE": profile], files: files)
        #expect(found.accessKeyID.hasPrefix("ASIA") && found.sessionToken != nil)
        #expect(found.expiration.map { $0 > Int64(Date().timeIntervalSince1970) } == true)
      }
      for (profile, word) in [
        ("a", "source_profile"), ("mfa", "one-time code"), ("nobody", "source"),
      ] {
        let refused = #expect(throws: AWSError.self) {
          try standIn.credentials(["AWS_PROFILE": profile], files: files)
        }
        #expect(refused?.message.contains(word) == true, "\(refused?.message ?? "")")
      }
      let web = try standIn.credentials(
        [
          "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
          "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/web",
        ], files: files)
      #expect(web.accessKeyID.hasPrefix("ASIA"))
      #expect(throws: AWSError.self) {
        try standIn.credentials(["AWS_WEB_IDENTITY_TOKEN_FILE": "/token"], files: files)
      }
    }
  }

  @Test("somebody who signed in with SSO, and a program that prints credentials")
  func signedIn() async throws {
    try await onStandIn { standIn in
      let config = """
        [profile sso]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Reader
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        [profile process]
        credential_process = "/opt/my tool" --profile 'a b' c\\ d
        """
      func files(_ end: String) -> [String: String] {
        [
          "/home/u/.aws/config": config,
          "/home/u/.aws/sso/cache/\(SHA1Name.of("corp")).json":
            "{\"accessToken\": \"sso-token\", \"expiresAt\": \"\(end)\"}",
        ]
      }
      let known = files("2999-01-01T00:00:00Z")
      #expect(
        try standIn.credentials(["AWS_PROFILE": "sso"], files: known).accessKeyID == "AKIDSSO")
      let ended = #expect(throws: AWSError.self) {
        try standIn.credentials(["AWS_PROFILE": "sso"], files: files("2001-01-01T00:00:00Z"))
      }
      #expect(ended?.remedy == "run `aws sso login --profile sso`")
      let found = try standIn.credentials(["AWS_PROFILE": "process"], files: known) { arguments in
        #expect(arguments == ["/opt/my tool", "--profile", "a b", "c d"])
        return (
          0,
          #"{"Version": 1, "AccessKeyId": "AKIDP", "SecretAccessKey": "p", "Expiration": "2999-01-01T00:00:00+01:00"}"#
        )
      }
      #expect(found.accessKeyID == "AKIDP" && found.expiration != nil)
      for bad in [(1, "hunter2"), (0, "hunter2"), (0, #"{"AccessKeyId": "hunter2"}"#)]
        as [(Int32, String)]
      {
        let error = #expect(throws: AWSError.self) {
          try standIn.credentials(["AWS_PROFILE": "process"], files: known) { _ in bad }
        }
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
      }
    }
  }

  @Test("credentials are found again before they end, and not sooner")
  func refreshing() throws {
    let now = Int64(Date().timeIntervalSince1970)
    let ends = Ends([now + 3_600, now + 200, now + 3_600])
    let source = CredentialSource { () throws(AWSError) in
      AWSCredentials(accessKeyID: "A", secretAccessKey: "s", expiration: ends.next())
    }
    #expect(try source.credentials().expiration == now + 3_600)
    #expect(try source.credentials().expiration == now + 3_600 && ends.count == 1)
    let short = Ends([now + 200, now + 3_600])
    let other = CredentialSource { () throws(AWSError) in
      AWSCredentials(accessKeyID: "A", secretAccessKey: "s", expiration: short.next())
    }
    #expect(try other.credentials().expiration == now + 200)
    #expect(try other.credentials().expiration == now + 3_600)
  }
}
