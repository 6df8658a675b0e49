/// Numbers of things in words.
package enum Plural {
  /// `1 table`, `2 tables`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(number == 1 ? noun : noun + "s")"
  }
}
