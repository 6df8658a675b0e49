/// Random names and passwords.
enum RandomToken {
  /// Lower-case letters and digits, for names of files and directories.
  static func name(count: Int) -> String { random("abcdefghijklmnopqrstuvwxyz0123456789", count) }

  /// Letters and digits, about 5.9 bits of entropy each; needs no quoting in SQL or URLs.
  static func password(count: Int = 24) -> String {
    random("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count)
  }

  /// The system's generator is the kernel's: getrandom(2) on Linux, arc4random on Darwin.
  private static func random(_ alphabet: String, _ count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = Array(alphabet.utf8)
    let bytes = (0..<count).map { _ in letters[Int.random(in: letters.indices, using: &generator)] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
