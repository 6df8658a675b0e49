#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension String {
  /// True when one of the words stands in the text, byte for byte and before the first NUL, which ends
  /// the text for PostgreSQL's parser too.
  ///
  /// `contains` compares characters, which costs as much as parsing a short statement.
  func holdsAny(of words: [String]) -> Bool {
    withCString { text in words.contains { strstr(text, $0) != nil } }
  }
}
