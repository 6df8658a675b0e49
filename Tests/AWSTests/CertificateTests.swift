import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite("Certificates of servers")
struct CertificateTests {
  @Test("HTTPS goes to a server whose certificate is trusted and has its name, and to no other")
  func verification() throws {
    try withTemporaryDirectory { directory in
      let certificate = directory + "/certificate.pem"
      try run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
        directory + "/key.pem", "-out", certificate)
      let port = Int.random(in: 20_000..<30_000)
      let server = try SpawnedProgram([
        "openssl", "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(port)",
        "-cert", certificate, "-key", directory + "/key.pem",
      ])
      defer {
        server.send(SIGKILL)
        _ = server.waitForEnd()
      }
      let trusted = try answer(port, "localhost", trusting: certificate, patience: 100)
      #expect(trusted.contains("s_server"))
      for (host, file) in [("localhost", nil), ("127.0.0.1", certificate)] {
        let failure = #expect(throws: HTTPFailure.self) {
          try answer(port, host, trusting: file, patience: 1)
        }
        #expect(failure?.code == .notSent, "\(failure as Any)")
        #expect(failure?.message.contains("certificate") == true, "\(failure as Any)")
      }
    }
  }

  private func answer(
    _ port: Int, _ host: String, trusting file: String?, patience: Int
  ) throws -> String {
    let client = try HTTPClient(certificates: file)
    let request = HTTPRequest(method: "GET", origin: "https://\(host):\(port)", path: "/")
    for _ in 1..<patience {
      if let response = try? client.send(request) {
        return String(decoding: response.body, as: UTF8.self)
      }
      usleep(50_000)
    }
    return String(decoding: try client.send(request).body, as: UTF8.self)
  }

  private func run(_ arguments: String...) throws {
    let status = try SpawnedProgram(arguments).waitForEnd()
    try #require(status == 0)
  }
}
