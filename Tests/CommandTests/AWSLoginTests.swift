import Foundation
import TestSupport
import Testing

@Suite(
  "Passwords from AWS", .besideOthers,
  .enabled(
    if: PythonClients.interpreter != nil,
    "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
struct AWSLoginTests {
  /// Runs `body` with a project, a stand-in for AWS, and what the database's URL has before and behind
  /// the password.
  private func withSecrets(
    _ body: (Project, StandIn, _ address: String, _ password: String) throws -> Void
  ) throws {
    let standIn = try StandIn()
    try withProject { project in
      try project.migration("1_first", "CREATE TABLE t (a int)")
      let url = try #require(URLComponents(string: project.database?.url ?? ""))
      let password = try #require(url.password)
      let address = "\(url.host ?? ""):\(url.port ?? 0)\(url.path)"
      try body(project, standIn, address, password)
    }
  }

  private func environment(_ standIn: StandIn) -> [String: String] {
    LocalDataAPI.environment.merging([
      "AWS_ENDPOINT_URL_SECRETS_MANAGER": standIn.moto, "AWS_REGION": "us-east-1",
    ]) { $1 }
  }

  @Test("a secret gives user and password, and host, port and database where the URL has none")
  func secrets() async throws {
    try await onOwnThread {
      try withSecrets { project, standIn, address, password in
        func text(_ fields: [String: String]) throws -> String {
          String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        }
        let login = ["username": "postgres", "password": password]
        let managed = try standIn.createSecret("managed", try text(login))
        let parts = address.split { $0 == ":" || $0 == "/" }.map(String.init)
        let full = try standIn.createSecret(
          "full",
          try text(
            login.merging(["host": parts[0], "port": parts[1], "dbname": parts[2]]) { $1 }))
        let wrong = try standIn.createSecret(
          "wrong", try text(["username": "postgres", "password": "hunter2"]))
        for url in [
          "postgres://\(address)?secret=\(managed)",
          "postgres://\(address)?connect_timeout=5&secret=\(managed)&application_name=x",
          "postgres://?secret=\(full)",
          "host=\(parts[0]) port=\(parts[1]) dbname=\(parts[2]) secret=managed",
        ] {
          let outcome = try project.run(
            ["migrate", "status", "--url", url], environment: environment(standIn))
          #expect(outcome.status == 0 && outcome.stdout.contains("1 pending"), "\(url) \(outcome)")
        }
        let refused = try project.run(
          ["migrate", "status", "--url", "postgres://\(address)?secret=\(wrong)"],
          environment: environment(standIn))
        #expect(refused.status == 3 && !refused.text.contains("hunter2"), "\(refused)")
        let none = try project.run(
          ["migrate", "status", "--url", "postgres://\(address)?secret=none"],
          environment: environment(standIn))
        #expect(none.status == 3 && none.stderr.contains("there is no secret none"), "\(none)")
      }
    }
  }

  @Test("a token of IAM goes over TLS alone, and needs host, user and region")
  func tokens() async throws {
    try await onOwnThread {
      try withSecrets { project, standIn, address, _ in
        let plain = try project.run(
          ["migrate", "status", "--url", "postgres://deployer@\(address)?iam=true"],
          environment: environment(standIn))
        #expect(plain.status == 3 && plain.stderr.contains("SSL"), "\(plain)")
        #expect(!plain.text.contains("X-Amz-Signature"))
        for url in [
          "postgres://\(address)?iam=true", "postgres://u@\(address)?iam=maybe",
          "postgres://u@\(address)?iam=true&secret=x",
        ] {
          let outcome = try project.run(
            ["migrate", "status", "--url", url], environment: environment(standIn))
          #expect(outcome.status == 2, "\(url) \(outcome)")
        }
      }
    }
  }
}
