import Digests

/// Names a finding so that the next run gives the same wrong thing the same name.
enum Fingerprint {
  /// Sixteen hexadecimal digits of what a finding is about; line numbers and figures are left out of it,
  /// since they change while the same is wrong.
  static func of(_ parts: [String]) -> String {
    // No part can hold the byte that parts them: PostgreSQL's text has none, nor have file names.
    String(SHA256.hexDigest(of: parts.joined(separator: "\0").utf8).prefix(16))
  }
}
