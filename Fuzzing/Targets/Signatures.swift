@testable import AWS
@testable import DataAPIServer

extension FuzzTarget {
  /// The canonical request is that of AWS's description read byte for byte, and only what was signed
  /// passes the check.
  ///
  /// An input is a request line, header fields, an empty line and a body.
  static let signatures = FuzzTarget(name: "sigv4") { input in
    let request = SigningRequest(parsing: input)
    for normalizes in [true, false] {
      let (canonical, expected) = (
        request.canonical(normalizesPath: normalizes),
        CanonicalRequest(request, normalizesPath: normalizes).text
      )
      try hold(
        canonical.utf8.elementsEqual(expected),
        "\(canonical.debugDescription) is not "
          + String(decoding: expected, as: UTF8.self).debugDescription)
    }
    try readsTimes(request)
    try readsLines(text(input))
    try onlyWhatWasSigned(request)
  }

  private static let credentials = AWSCredentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
  /// Sun, 30 Aug 2015 12:36:00 GMT.
  private static let now: Int64 = 1_440_938_160

  private static func onlyWhatWasSigned(_ request: SigningRequest) throws {
    let own: Set<String> = [
      "authorization", "host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
    ]
    var request = request
    // Others are no names of fields (RFC 9110, section 5.1), and no HTTP server hands them on.
    request.headers.removeAll { header in
      own.contains(header.name.lowercased()) || header.name.isEmpty
        || !header.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
    request.headers.append(.init("Host", "localhost"))
    let signer = RequestSigner(
      credentials: credentials, region: "eu-central-1", service: "rds-data")
    let signed = signer.signed(request, at: SigningTime(secondsSince1970: now))
    let check = SignatureCheck(credentials: credentials)
    let region = try check.region(of: signed, at: now)
    try hold(region == "eu-central-1", "the region is \(region)")

    var changed = signed
    changed.body.append(0)
    try hold((try? check.region(of: changed, at: now)) == nil, "another body passes")
    changed = signed
    changed.query = (signed.query ?? "") + "&x=1"
    try hold((try? check.region(of: changed, at: now)) == nil, "another query passes")
    changed = signed
    changed.path += "x"
    try hold((try? check.region(of: changed, at: now)) == nil, "another path passes")
    try hold((try? check.region(of: signed, at: now + 301)) == nil, "an old signature passes")

    let presigned = signer.presigned(request, at: SigningTime(secondsSince1970: now), expiresIn: 60)
    let again = signer.presigned(request, at: SigningTime(secondsSince1970: now), expiresIn: 60)
    try hold(presigned == again, "two signatures of one request differ")
  }

  /// Credentials are the same in a file of Windows.
  private static func readsLines(_ text: String) throws {
    let lines = text.replacing("\r", with: "")
    try hold(
      (try? ProfileFile(lines, file: "config"))
        == (try? ProfileFile(lines.replacing("\n", with: "\r\n"), file: "config")),
      "\(text.debugDescription) is another file with other ends of lines")
  }

  /// Fields of an answer or of a request that say what time it is.
  private static func readsTimes(_ request: SigningRequest) throws {
    for header in request.headers {
      _ = SigningTime.seconds(ofDate: header.value)
      _ = SigningTime.seconds(ofISO8601: header.value)
      guard let seconds = SigningTime.seconds(ofTimestamp: header.value) else { continue }
      let again = SigningTime(secondsSince1970: seconds).timestamp
      try hold(
        SigningTime.seconds(ofTimestamp: again) == seconds, "\(header.value) is read as \(again)")
    }
  }
}

extension SigningRequest {
  fileprivate init(parsing input: [UInt8]) {
    let parts = input.split(separator: 10, omittingEmptySubsequences: false)
    let head = parts.prefix { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    let words = (head.first ?? "").utf8.split(separator: 32, maxSplits: 1).map { Substring($0) }
    let target = (words.count > 1 ? words[1] : "/").utf8
      .split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
    self.init(
      method: words.first.map { String($0) } ?? "GET", path: target.first ?? "/",
      query: target.count > 1 ? target[1] : nil,
      headers: head.dropFirst().map { line in
        let field = line.utf8.split(
          separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        return Header(
          String(Substring(field[0])), field.count > 1 ? String(Substring(field[1])) : "")
      },
      body: parts.dropFirst(head.count + 1).joined(separator: [10]).map { $0 })
  }
}

/// AWS, "Create a signed AWS API request", step 1, over bytes and without anything of the signer's.
private struct CanonicalRequest {
  private(set) var text: [UInt8] = []

  init(_ request: SigningRequest, normalizesPath: Bool) {
    var fields: [(name: [UInt8], values: [[UInt8]])] = []
    for header in request.headers {
      let name = Array(header.name.lowercased().utf8)
      // Which characters are white space is the one thing that is not looked up here.
      let value = Array(
        header.value.split { $0.isWhitespace }.joined(separator: " ").utf8)
      if let index = fields.firstIndex(where: { $0.name == name }) {
        fields[index].values.append(value)
      } else {
        fields.append((name, [value]))
      }
    }
    fields.sort { $0.name.lexicographicallyPrecedes($1.name) }
    let lines: [[UInt8]] =
      [
        Array(request.method.utf8), Self.path(Array(request.path.utf8), normalizesPath),
        Self.query(Array((request.query ?? "").utf8)),
      ]
      + fields.map { $0.name + [58] + Array($0.values.joined(separator: [44])) }
      + [[], Array(fields.map(\.name).joined(separator: [59])), Array(request.bodyDigest.utf8)]
    text = Array(lines.joined(separator: [10]))
  }

  private static func path(_ path: [UInt8], _ normalizes: Bool) -> [UInt8] {
    guard normalizes else { return encoded(path.isEmpty ? [47] : path, keeping: [47]) }
    var kept: [[UInt8]] = []
    let segments = path.split(separator: 47).map { Array($0) }
    for segment in segments where segment != [46] {
      if segment == [46, 46] { _ = kept.popLast() } else { kept.append(segment) }
    }
    let isFolder = path.last == 47 || [[46], [46, 46]].contains(segments.last)
    return encoded(
      [47] + Array(kept.joined(separator: [47])) + (isFolder && !kept.isEmpty ? [47] : []),
      keeping: [47])
  }

  private static func query(_ query: [UInt8]) -> [UInt8] {
    let pairs = query.split(separator: 38).map { part -> (name: [UInt8], value: [UInt8]) in
      let end = part.firstIndex(of: 61) ?? part.endIndex
      return (encoded(decoded(part[..<end])), encoded(decoded(part[end...].dropFirst())))
    }
    return Array(
      pairs.sorted { one, other in
        one.name == other.name
          ? one.value.lexicographicallyPrecedes(other.value)
          : one.name.lexicographicallyPrecedes(other.name)
      }.map { $0.name + [61] + $0.value }.joined(separator: [38]))
  }

  private static func encoded(_ bytes: [UInt8], keeping kept: Set<UInt8> = []) -> [UInt8] {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    return bytes.flatMap { byte -> [UInt8] in
      if plain.contains(byte) || kept.contains(byte) { return [byte] }
      let digits = String(byte, radix: 16, uppercase: true)
      return Array(("%" + (digits.count < 2 ? "0" : "") + digits).utf8)
    }
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == 37, digits.count == 2, digits.allSatisfy({ isDigit($0) }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        result.append(value)
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
      }
    }
    return result
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    Character(Unicode.Scalar(byte)).hexDigitValue != nil && byte < 128
  }
}
