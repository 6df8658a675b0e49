/// Numbers in groups of three digits.
package enum GroupedNumber {
  /// `1,234,567`.
  package static func text(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var parts: [String] = []
    var end = digits.count
    while end > 0 {
      parts.insert(String(digits[max(0, end - 3)..<end]), at: 0)
      end -= 3
    }
    return (number < 0 ? "-" : "") + parts.joined(separator: ",")
  }
}
