/// Times as people read them.
enum TimeText {
  /// `4 s`, `2 min 4 s` or `1 h 2 min`.
  static func text(_ seconds: some BinaryInteger) -> String {
    let seconds = Int(seconds)
    if seconds < 60 { return "\(seconds) s" }
    return seconds < 3_600
      ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3_600) h \(seconds / 60 % 60) min"
  }
}
