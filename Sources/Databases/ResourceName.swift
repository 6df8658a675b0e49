/// An ARN of seven parts, such as `arn:aws:rds:eu-west-1:123456789012:cluster:main`.
///
/// IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
package struct ResourceName: Sendable, Equatable {
  /// Where the resource is.
  package var region: String

  /// Nil for anything that is no ARN of this kind, such as a token that nobody resolved.
  package init?(_ text: String, service: String, kind: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 7, parts[0] == "arn", parts[2] == service, Self.isRegion(parts[3]),
      parts[5] == kind,
      parts.allSatisfy({ part in
        !part.isEmpty
          && part.utf8.allSatisfy { Self.isAlphanumeric($0) || "-/_+=.@!".utf8.contains($0) }
      })
    else { return nil }
    region = String(parts[3])
  }

  /// True for what may be a region, which becomes a part of hosts' names.
  package static func isRegion(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { isAlphanumeric($0) && !(65...90).contains($0) || $0 == 45 }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}
