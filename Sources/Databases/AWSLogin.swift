#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How a libpq connection gets its password from AWS: `secret=ARN` or `iam=true` in the database's URL or
/// connection string.
package struct AWSLogin: Equatable, Sendable {
  /// Where the password comes from.
  package enum Source: Equatable, Sendable {
    /// A secret of Secrets Manager.
    case secret(String)
    /// A token that IAM signs.
    case iam
  }

  package var source: Source
  /// The region, where it does not follow from the ARN or from the host's name.
  package var region: String?

  /// The login that `text` asks for, and the text without it, which libpq reads; nil for none.
  ///
  /// - Throws: `DatabaseURLError` when it asks for both, or for something else.
  static func extract(from text: String) throws -> (login: AWSLogin, conninfo: String)? {
    let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
    var values: [String: String] = [:]
    func keep(_ part: Substring) -> Bool {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, ["secret", "iam", "region"].contains(pair[0]) else { return true }
      // In a URL a value may be percent-encoded.
      let decoded = isURL ? URLComponents(string: "?value=\(pair[1])")?.queryItems?[0].value : nil
      values[String(pair[0])] = decoded ?? String(pair[1])
      return false
    }
    let rest: String
    if isURL {
      guard let mark = text.firstIndex(of: "?") else { return nil }
      let kept = text[text.index(after: mark)...].split(separator: "&").filter(keep)
      rest = text[..<mark] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    } else {
      // A quoted value with blanks would be torn apart, so nothing is touched where there is none of
      // these words.
      guard text.contains("secret=") || text.contains("iam=") else { return nil }
      rest = text.split(separator: " ").filter(keep).joined(separator: " ")
    }
    guard values["secret"] != nil || values["iam"] != nil else { return nil }
    if values["secret"]?.isEmpty == true {
      throw DatabaseURLError("secret= in the database URL is empty")
    }
    let isIAM: Bool
    switch values["iam"] {
    case nil, "false": isIAM = false
    case "true": isIAM = true
    default: throw DatabaseURLError("iam= in the database URL is neither true nor false")
    }
    switch (values["secret"], isIAM) {
    case (let secret?, false):
      return (AWSLogin(source: .secret(secret), region: values["region"]), rest)
    case (nil, true): return (AWSLogin(source: .iam, region: values["region"]), rest)
    case (_?, true):
      throw DatabaseURLError(
        "the database URL has both secret= and iam=true", remedy: "leave one of them out")
    case (nil, false): return nil
    }
  }
}
