/// Random numbers that are computed from where they are used, so that any value of any row is known
/// without the rows before it, on every platform alike.
///
/// The mixing function is that of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom
/// Number Generators", 2014).
package struct Draw: Sendable, Equatable {
  private let base: UInt64

  /// The numbers of one table.
  package init(seed: UInt64, table: String) {
    base = Self.mix(seed ^ Self.hash(of: table))
  }

  /// The number of a row, from which those of its values come.
  @inline(__always)
  func row(tenant: Int, ordinal: Int, attempt: Int = 0) -> UInt64 {
    let place = Self.mix(base &+ UInt64(truncatingIfNeeded: tenant) &* 0xD6E8_FEB8_6659_FD93)
    return Self.mix(
      place &+ UInt64(truncatingIfNeeded: ordinal) &* 0x9E37_79B9_7F4A_7C15
        &+ UInt64(truncatingIfNeeded: attempt) &* 0xC2B2_AE3D_27D4_EB4F)
  }

  /// The number of a value of the row, apart from those with other salts.
  @inline(__always)
  static func value(_ row: UInt64, salt: UInt64) -> UInt64 {
    mix(row &+ salt &* 0xA24B_AED4_963E_E407)
  }

  /// A number below `bound`, each as often as any other but for one part in 2⁶⁴.
  @inline(__always)
  static func below(_ bound: Int, _ random: UInt64) -> Int {
    Int(truncatingIfNeeded: random.multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  /// The mixing function.
  @inline(__always)
  static func mix(_ state: UInt64) -> UInt64 {
    var value = state &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// FNV-1a of the text's bytes (RFC 9923), which unlike Swift's own hash is the same in every run.
  static func hash(of text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return hash
  }
}
