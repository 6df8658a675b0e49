import Foundation
import TestSupport
import Testing
import Wording

@testable import AWS

@Suite("Signature Version 4")
struct SignatureTests {
  private static let credentials = AWSCredentials(
    accessKeyID: "AKIDDBTOOL", secretAccessKey: "s3cr3t/with+chars", sessionToken: "tok/en+==")
  // 2026-11-28 15:00:00 UTC
  private static let time = SigningTime(secondsSince1970: 1_795_878_000)

  @Test("a request is signed as botocore signs it")
  func request() {
    let signer = RequestSigner(
      credentials: Self.credentials, region: "eu-central-1", service: "rds-data")
    let request = SigningRequest(
      method: "POST", path: "/Execute",
      headers: [
        .init("Content-Type", "application/json"),
        .init("Host", "rds-data.eu-central-1.amazonaws.com"),
      ], body: Array("{\"sql\":\"SELECT 'ü'\"}".utf8))
    let signed = signer.signed(request, at: Self.time)
    let authorization = signed.headers.first { $0.name == "Authorization" }?.value
    #expect(
      authorization
        == "AWS4-HMAC-SHA256 Credential=AKIDDBTOOL/20261128/eu-central-1/rds-data/aws4_request, "
        + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "
        + "Signature=85845df2a4b19927bd4a7498f0332a6a2b46d22a30b2a6758ff7c19534018efc")
    var other = request
    other.body.append(0x20)
    #expect(signer.signed(other, at: Self.time).headers.last != signed.headers.last)
  }

  @Test("the password of a database user is botocore's generate_db_auth_token")
  func databaseToken() {
    let token = DatabaseToken.make(
      host: "db.cluster-x.eu-central-1.rds.amazonaws.com", port: 5432, user: "app user",
      region: "eu-central-1", credentials: Self.credentials, at: Self.time)
    let wanted = """
      db.cluster-x.eu-central-1.rds.amazonaws.com:5432/?Action=connect&DBUser=app%20user\
      &X-Amz-Algorithm=AWS4-HMAC-SHA256\
      &X-Amz-Credential=AKIDDBTOOL%2F20261128%2Feu-central-1%2Frds-db%2Faws4_request\
      &X-Amz-Date=20261128T150000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host\
      &X-Amz-Security-Token=tok%2Fen%2B%3D%3D\
      &X-Amz-Signature=f83660813e4ec9a5efae346baffc830ae695b22785bece939d8b518923239c09
      """
    func pairs(_ token: String) -> [String] {
      token.split(separator: "&").map(String.init).sorted()
    }
    // The order of the pairs is nobody's business.
    #expect(pairs(token) == pairs(wanted))
  }

  @Test("a secret is in no description")
  func secrecy() {
    let text = "\(Self.credentials) \(String(reflecting: Self.credentials))"
    #expect(text.contains("AKIDDBTOOL") && !text.contains("s3cr3t") && !text.contains("tok/en"))
    // Inside of another value too.
    #expect(!"\([Self.credentials])".contains("s3cr3t"))
  }

  @Test(
    "times are those of the calendar in UTC",
    arguments: [
      (0, "19700101T000000Z"), (1_440_938_160, "20150830T123600Z"),
      (951_782_399, "20000228T235959Z"), (4_102_444_800, "21000101T000000Z"),
    ] as [(Int64, String)])
  func times(seconds: Int64, timestamp: String) {
    #expect(SigningTime(secondsSince1970: seconds).timestamp == timestamp)
  }

  @Test(
    "what is encoded comes back, and what is no escape stays",
    arguments: ["", "a b", "ü/%", "é\0\u{1}", "+&=?"])
  func encoding(text: String) {
    let encoded = PercentEncoding.encoded(text.utf8)
    #expect(
      encoded.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "%-._~".contains($0)) })
    #expect(PercentEncoding.decoded(encoded) == Array(text.utf8))
    #expect(PercentEncoding.decoded("100%") == Array("100%".utf8))
    #expect(PercentEncoding.decoded("%zz%4") == Array("%zz%4".utf8))
  }
}

/// One case of the official suite.
private struct SuiteCase {
  let folder: String
  let request: SigningRequest
  let signer: RequestSigner
  let time: SigningTime
  let expiry: Int

  init(_ folder: String) throws {
    self.folder = folder
    request = try Self.request(try String(contentsOfFile: folder + "/request.txt", encoding: .utf8))
    let context = try JSONDecoder().decode(
      Context.self, from: Data(contentsOf: URL(filePath: folder + "/context.json")))
    var signer = RequestSigner(
      credentials: AWSCredentials(
        accessKeyID: context.credentials.access_key_id,
        secretAccessKey: context.credentials.secret_access_key,
        sessionToken: context.credentials.token),
      region: context.region, service: context.service)
    signer.normalizesPath = context.normalize
    signer.sendsBodyDigest = context.sign_body
    signer.signsToken = context.omit_session_token != true
    self.signer = signer
    let date = try Date(context.timestamp, strategy: .iso8601)
    time = SigningTime(secondsSince1970: Int64(date.timeIntervalSince1970))
    expiry = context.expiration_in_seconds
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }

  private struct Context: Decodable {
    struct Credentials: Decodable {
      var access_key_id: String
      var secret_access_key: String
      var token: String?
    }

    var credentials: Credentials
    var expiration_in_seconds: Int
    var normalize: Bool
    var region: String
    var service: String
    var sign_body: Bool
    var timestamp: String
    var omit_session_token: Bool?
  }

  private static func request(_ text: String) throws -> SigningRequest {
    let halves = text.replacingOccurrences(of: "\r\n", with: "\n")
      .components(separatedBy: "\n\n")
    var lines = halves[0].split(separator: "\n").map { String($0) }
    let first = lines.removeFirst()
    let method = try #require(first.split(separator: " ").first)
    let target = first.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
    var headers: [SigningRequest.Header] = []
    for line in lines {
      // Folded as RFC 7230 once allowed it.
      if line.first?.isWhitespace == true {
        headers[headers.count - 1].value += " " + line
        continue
      }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      headers.append(.init(String(parts[0]), String(parts[1])))
    }
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return SigningRequest(
      method: String(method), path: String(parts[0]),
      query: parts.count > 1 ? String(parts[1]) : nil, headers: headers,
      body: Array(halves.dropFirst().joined(separator: "\n\n").utf8))
  }
}

@Suite("The official suite of Signature Version 4")
struct SignatureSuiteTests {
  private static let root = SharedTestData.path("aws-sig-v4/v4")
  private static let cases =
    root.flatMap {
      try? FileManager.default.contentsOfDirectory(atPath: $0).sorted()
    } ?? []

  @Test(
    "header and query signatures are those of the suite",
    .enabled(if: root != nil, "../shared/testdata/aws-sig-v4 is not there"), arguments: cases)
  func suite(name: String) throws {
    let one = try SuiteCase(try #require(Self.root) + "/" + name)
    let (signer, time) = (one.signer, one.time)

    let signed = signer.signed(one.request, at: time)
    let authorization = try #require(signed.headers.last { $0.name == "Authorization" }?.value)
    #expect(
      authorization.hasSuffix("Signature=" + (try one.text("header-signature.txt"))), "\(name)")
    var unsigned = signed
    unsigned.headers.removeAll { header in
      header.name == "Authorization"
        || (header.name == "X-Amz-Security-Token" && !signer.signsToken)
    }
    #expect(
      unsigned.canonical(normalizesPath: signer.normalizesPath)
        == (try one.text("header-canonical-request.txt")))
    #expect(
      signer.stringToSign(unsigned, at: time)
        == (try one.text("header-string-to-sign.txt")))

    let presigned = signer.presigned(one.request, at: time, expiresIn: one.expiry)
    let query = try #require(presigned.query)
    #expect(
      query.hasSuffix("X-Amz-Signature=" + (try one.text("query-signature.txt"))), "\(name)")
  }

  @Test("a signature of another secret, time, region or service is another")
  func others() throws {
    let request = SigningRequest(method: "GET", path: "/", headers: [.init("Host", "h")])
    let signer = RequestSigner(
      credentials: AWSCredentials(accessKeyID: "a", secretAccessKey: "b"), region: "r", service: "s"
    )
    func signature(_ signer: RequestSigner, _ seconds: Int64 = 0) -> String {
      signer.signature(
        of: request, at: SigningTime(secondsSince1970: seconds))
    }
    var others: [String] = [signature(signer), signature(signer, 1), signature(signer, 86_400)]
    for change in [
      { (s: inout RequestSigner) in s.credentials.secretAccessKey = "c" },
      { (s: inout RequestSigner) in s.region = "q" },
      { (s: inout RequestSigner) in s.service = "t" },
    ] {
      var other = signer
      change(&other)
      others.append(signature(other))
    }
    #expect(Set(others).count == others.count)
  }
}
