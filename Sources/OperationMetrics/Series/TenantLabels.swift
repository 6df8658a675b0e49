package import DatabaseInstrumentation

/// The names by which tenants are counted.
package struct TenantLabels: Sendable {
  /// For tenants beyond the limit.
  static let other = "other"
  /// For work outside tenant isolation.
  static let exempt = "exempt"
  /// For work without a tenant.
  static let none = "none"

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
    if [other, exempt, none].contains(tenant) { return "tenant:" + tenant }
    let isPlain = tenant.utf8.allSatisfy { (33...126).contains($0) } && !tenant.hasPrefix(":")
    if isPlain, tenant.utf8.count <= 255 { return tenant }
    // CloudWatch takes ASCII that is not blank; others would be taken for one another.
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in tenant.utf8.prefix(255) {
      if (33...126).contains(byte), byte != 37, byte != 58 {
        bytes.append(byte)
      } else {
        bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard tenant.utf8.count > 255 else { return text }
    // FNV-1a: a long id is told by its beginning and by this.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in tenant.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return text + "..." + String(hash, radix: 16)
  }
}
