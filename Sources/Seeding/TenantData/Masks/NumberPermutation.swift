/// Puts the numbers of a range into another order: no two of them become the same.
///
/// A Feistel network over the least even number of bits that holds the range, walked until it comes
/// back into the range (format-preserving encryption by cycle walking, NIST SP 800-38G).
struct NumberPermutation {
  let key: MaskKey
  let range: ClosedRange<UInt64>

  /// What stands for `number`, which lies in the range.
  func image(of number: UInt64) -> UInt64 {
    let size = range.upperBound - range.lowerBound
    guard size > 0 else { return number }
    let width = 64 - size.leadingZeroBitCount
    let half = UInt64((width + 1) / 2)
    let mask = (UInt64(1) << half) - 1
    var value = number - range.lowerBound
    repeat {
      var (left, right) = (value >> half & mask, value & mask)
      for round in 0..<8 {
        let bits = key.digest("number \(range) \(round)", String(right)).bytes
        let noise = bits[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        (left, right) = (right, left ^ (noise & mask))
      }
      value = left << half | right
    } while value > size
    return range.lowerBound + value
  }
}
