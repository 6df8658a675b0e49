internal import Digests
internal import Wording

/// A request as it is signed, and as it goes over the wire.
package struct SigningRequest: Sendable, Equatable {
  /// A header field.
  package struct Header: Sendable, Equatable {
    /// Its name, in any case.
    package var name: String
    /// Its value.
    package var value: String

    /// A header field from its parts.
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// `GET` or `POST`.
  package var method: String
  /// The path on the wire, from its first slash to before the question mark.
  package var path: String
  /// What stands behind the question mark on the wire; nil without one.
  package var query: String?
  /// The header fields, among them Host.
  package var headers: [Header]
  /// The body.
  package var body: [UInt8]

  /// A request from its parts.
  package init(
    method: String, path: String, query: String? = nil, headers: [Header], body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// SHA-256 of the body, in hexadecimal.
  package var bodyDigest: String { SHA256.hexDigest(of: body) }

  /// The form in which requests that mean the same are equal (AWS, "Create a signed AWS API request",
  /// step 1).
  ///
  /// - Parameter normalizesPath: False for S3, which takes a path as it is.
  package func canonical(normalizesPath: Bool) -> String {
    let fields = canonicalHeaders
    return [
      method, canonicalPath(normalizesPath), canonicalQuery,
      fields.map { "\($0.name):\($0.value)\n" }.joined(), signedHeaders, bodyDigest,
    ].joined(separator: "\n")
  }

  /// The names of all header fields, as the signature lists them.
  package var signedHeaders: String { canonicalHeaders.map(\.name).joined(separator: ";") }

  private var canonicalHeaders: [Header] {
    var fields: [Header] = []
    for header in headers {
      let name = header.name.lowercased()
      // Runs of white space are one blank; a field that comes twice has both values, in their order.
      let value = header.value.split { $0.isWhitespace }.joined(separator: " ")
      if let index = fields.firstIndex(where: { $0.name == name }) {
        fields[index].value += "," + value
      } else {
        fields.append(Header(name, value))
      }
    }
    return fields.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
  }

  private func canonicalPath(_ isNormalized: Bool) -> String {
    let path = isNormalized ? Self.withoutDots(path) : path
    return PercentEncoding.encoded((path.isEmpty ? "/" : path).utf8, keepsSlashes: true)
  }

  private var canonicalQuery: String {
    // By bytes: to Swift a separator with an accent on it is another character.
    let parts = (query ?? "").utf8.split(separator: UInt8(ascii: "&")).map {
      part -> (name: String, value: String) in
      let pair = part.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false
      ).map { Substring($0) }
      return (
        PercentEncoding.encoded(PercentEncoding.decoded(pair[0])),
        pair.count > 1 ? PercentEncoding.encoded(PercentEncoding.decoded(pair[1])) : ""
      )
    }
    return parts.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
      .map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  /// RFC 3986, section 5.2.4 "Remove Dot Segments", and slashes that follow each other are one.
  private static func withoutDots(_ path: String) -> String {
    var kept: [Substring] = []
    let segments = path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    for segment in segments {
      switch segment {
      case ".": continue
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    let endsInFolder =
      path.utf8.last == UInt8(ascii: "/") || segments.last == "." || segments.last == ".."
    return "/" + kept.joined(separator: "/") + (endsInFolder && !kept.isEmpty ? "/" : "")
  }
}
