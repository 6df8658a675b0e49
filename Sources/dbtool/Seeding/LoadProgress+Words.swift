import Seeding
import Wording

extension LoadProgress {
  private static let width = 24

  /// `[######......] 1,200 of 5,000 rows, 300 rows/s, 13 s left`.
  var words: String {
    let share = total > 0 ? Double(rows) / Double(total) : 1
    let filled = min(Int(share * Double(Self.width)), Self.width)
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    var text = "seed  [\(bar)] \(GroupedNumber.text(rows)) of \(GroupedNumber.text(total)) rows"
    text += ", \(GroupedNumber.text(Int(rate))) rows/s"
    if let secondsLeft, rows < total {
      text += ", \(TimeText.text(Int(secondsLeft.rounded(.up)))) left"
    }
    return text
  }
}
