import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("data-api serve", .besideOthers)
struct DataAPIServeTests {
  @Test("it serves until it is told to stop, and what it prints names the database to dbtool")
  func serving() throws {
    try withBareProject { project in
      let server = try project.start(
        ["data-api", "serve", "--port", "0", "--format", "json", "--output", "served.json"])
      #expect(eventually(within: 30) { (try? project.read("served.json"))?.isEmpty == false })
      let served = try JSONDecoder().decode(
        [String: String].self, from: Data(try project.read("served.json").utf8))
      let url = try #require(served["url"])
      #if os(Linux)
        // proc(5): the address and the port of each socket, 0A for those that listen.
        let port = try #require(
          url.firstRange(of: "127.0.0.1:").map { url[$0.upperBound...].prefix(while: \.isNumber) }
            .flatMap { Int($0) })
        let listening = try ["tcp", "tcp6"].flatMap {
          try String(contentsOfFile: "/proc/net/\($0)", encoding: .utf8).split(separator: "\n")
        }.filter { $0.contains(":" + String(format: "%04X", port) + " ") && $0.contains(" 0A ") }
        #expect(listening.count == 1 && listening[0].contains(" 0100007F:"), "\(listening)")
      #endif
      try project.migration("1_first", "CREATE TABLE t (a int)")
      let environment = LocalDataAPI.environment
      let up = try project.run(["migrate", "up", "--url", url], environment: environment)
      #expect(up.status == 0, "\(up)")
      server.send(SIGTERM)
      let outcome = try server.wait()
      #expect(outcome.status == 0 || outcome.status == 130, "\(outcome)")
      let down = try project.run(["migrate", "status", "--url", url], environment: environment)
      #expect(down.status == 3 && down.stderr.contains("cannot be reached"), "\(down)")
    }
  }

  @Test(
    "a mistake is told before a server is started",
    arguments: [
      (["--fault", "nonsense"], "is no fault"), (["--call-timeout", "soon"], "is not a time"),
      (["--port", "70000"], "is no port"), (["--verify-signatures"], "AWS_ACCESS_KEY_ID"),
    ])
  func mistakes(_ options: [String], _ text: String) throws {
    try withBareProject { project in
      let outcome = try project.run(["data-api", "serve"] + options)
      #expect(outcome.status == 2 && outcome.stderr.contains(text), "\(outcome)")
      #expect(!outcome.stderr.contains("starting"))
    }
  }

  @Test(
    "a data-api:// URL that is none is refused, with its form",
    arguments: [
      "data-api://", "data-api://?cluster=x&secret=y",
      "data-api://?cluster=arn:aws:rds:r:1:cluster:c", "data-api://host?cluster=a",
      "data-api://?cluster=arn:aws:rds:r:1:cluster:c&secret=arn:aws:secretsmanager:r:1:secret:s&x=1",
    ])
  func malformed(_ url: String) throws {
    try withBareProject { project in
      try project.migration("1_first", "CREATE TABLE t (a int)")
      let outcome = try project.run("migrate", "status", "--url", url)
      #expect(outcome.status == 2, "\(outcome)")
      #expect(outcome.stderr.contains("data-api://?cluster=ARN&secret=ARN"), "\(outcome)")
    }
  }
}
