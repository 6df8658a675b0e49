import AWS
import DataAPIServer
import Foundation
import TestSupport
import Testing

/// The server, as AWS's own clients see it.
@Suite(
  "The local Data API, driven by AWS's clients", .besideOthers,
  .enabled(
    if: PythonClients.interpreter != nil,
    "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
struct ConformanceTests {
  private static func script(_ name: String) -> String {
    SharedTestData.packageRoot + "/Tests/DataAPIServerTests/" + name
  }

  @Test("boto3 finds all groups of the contract kept")
  func boto3() async throws {
    try await onOwnThread {
      let database = try TestServer.shared.makeDatabase()
      defer { try? database.drop() }
      let main = try LocalDataAPI(database) { options in
        options.callTimeout = .seconds(1)
        options.idleTimeout = .seconds(2)
      }
      let signed = try LocalDataAPI(database) { options in
        options.credentials = AWSCredentials(
          accessKeyID: "AKIDTEST", secretAccessKey: "secret", sessionToken: "token")
      }
      let faulty = try LocalDataAPI(database) { options in
        options.faults = [
          Fault(.resuming, count: 2), Fault(.throttling, at: 3), Fault(.unavailable, at: 4),
          Fault(.dropAfter, at: 5), Fault(.internalError, at: 6), Fault(.gatewayTimeout, at: 7),
          Fault(.slow, at: 8),
        ]
      }
      let (isGood, output) = try PythonClients.run(
        Self.script("conformance.py"), [main, signed, faulty].map(\.server.endpoint))
      #expect(isGood, "\(output)")
      #expect(output.contains("34 of 34 groups hold"))
    }
  }

  @Test("the AWS command line, and drivers of somebody else")
  func drivers() async throws {
    try await onOwnThread {
      let database = try TestServer.shared.makeDatabase()
      defer { try? database.drop() }
      let api = try LocalDataAPI(database)
      let (isGood, output) = try PythonClients.run(
        Self.script("drivers.py"), [api.server.endpoint, database.name])
      #expect(isGood, "\(output)")
    }
  }
}
