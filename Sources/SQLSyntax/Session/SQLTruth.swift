/// A truth value in the text form that PostgreSQL takes.
///
/// PostgreSQL manual, section 8.6 "Boolean Type".
package struct SQLTruth {
  /// The truth value.
  package var value: Bool

  /// Reads `true`, `yes`, `on`, `1`, their opposites, and unique beginnings of them; nil for other text.
  package init?(_ text: String) {
    var word = text.lowercased()[...]
    while word.first?.isWhitespace == true { word.removeFirst() }
    while word.last?.isWhitespace == true { word.removeLast() }
    func begins(_ full: String, atLeast count: Int = 1) -> Bool {
      word.count >= count && full.hasPrefix(word)
    }
    if begins("true") || begins("yes") || word == "1" || word == "on" {
      value = true
    } else if begins("false") || begins("no") || word == "0" || begins("off", atLeast: 2) {
      value = false
    } else {
      return nil
    }
  }
}
