package import DatabaseInstrumentation
internal import Digests
internal import SQLSyntax
internal import Wording

/// The names by which tenants are counted.
package struct TenantLabels: Sendable {
  /// For tenants beyond the limit.
  static let other = "other"
  /// For work outside tenant isolation.
  static let exempt = "exempt"
  /// For work without a tenant.
  static let none = "none"

  private static let longest = 255

  private let maximum: Int
  private var known: [ExactText: String] = [:]

  /// Labels for so many tenants.
  package init(maximum: Int) { self.maximum = maximum }

  /// The label of a record's tenant.
  package mutating func label(for record: OperationRecord) -> String {
    guard let tenant = record.tenant else { return record.isExempt ? Self.exempt : Self.none }
    let key = ExactText(tenant)
    if let label = known[key] { return label }
    guard known.count < maximum else { return Self.other }
    let label = Self.label(tenant)
    known[key] = label
    return label
  }

  /// A text that every backend takes, and that differs for different tenants.
  private static func label(_ tenant: String) -> String {
    // A percent sign only begins what is encoded, so that no plain id looks like an encoded one.
    let isPlain = tenant.utf8.allSatisfy { (33...126).contains($0) && $0 != UInt8(ascii: "%") }
    guard tenant.utf8.count <= longest else {
      // A long id is told by its beginning and by a digest.
      return PercentEncoding.encoded(tenant.utf8.prefix(longest)) + "%"
        + SHA256.hexDigest(of: tenant.utf8)
    }
    if [other, exempt, none].contains(tenant) {
      return encodedByte(tenant) + tenant.dropFirst()
    }
    return isPlain && !tenant.hasPrefix(":") ? tenant : PercentEncoding.encoded(tenant.utf8)
  }

  /// The first byte, although it needs no encoding.
  private static func encodedByte(_ tenant: String) -> String {
    "%" + String(tenant.utf8.first ?? 0, radix: 16, uppercase: true)
  }
}
