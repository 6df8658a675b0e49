internal import Wording

/// Numbers in the words of a report; none is greater than `UsageItem.range` and prices make possible.
package enum Figure {
  /// A number with no more than two places behind the point, and in groups of three: `1,234.5`.
  package static func text(_ number: Double) -> String {
    // What is there must not look as if it were not.
    guard number == 0 || number >= 0.005 else { return "<0.01" }
    let (whole, rest) = Int((number * 100).rounded()).quotientAndRemainder(dividingBy: 100)
    let places =
      switch rest {
      case 0: ""
      case _ where rest % 10 == 0: ".\(rest / 10)"
      default: "." + padded(rest)
      }
    return GroupedNumber.text(whole) + places
  }

  /// An amount to the cent: `1,234.50`.
  package static func dollars(_ amount: Double) -> String {
    let (whole, rest) = Int((amount * 100).rounded()).quotientAndRemainder(dividingBy: 100)
    return GroupedNumber.text(whole) + "." + padded(rest)
  }

  /// A price as it is written, with two places at least: `$0.10`, `$0.003125`.
  package static func price(_ dollars: Double) -> String {
    let text = "\(dollars)"
    guard !text.contains("e"), let point = text.firstIndex(of: ".") else { return "$" + text }
    let places = text.distance(from: point, to: text.endIndex) - 1
    return "$" + text + (places < 2 ? "0" : "")
  }

  /// Hundredths with two digits.
  private static func padded(_ hundredths: Int) -> String {
    (hundredths < 10 ? "0" : "") + "\(hundredths)"
  }
}
