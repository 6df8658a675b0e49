internal import COpenSSL

/// Random bytes from OpenSSL's generator, for secrets.
package struct SecureRandom: Sendable {
  /// `count` random letters and digits, about 5.9 bits of entropy each.
  package static func token(count: Int) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    var text: [UInt8] = []
    while text.count < count {
      var bytes = [UInt8](repeating: 0, count: count)
      precondition(RAND_bytes(&bytes, Int32(count)) == 1, "libcrypto has no random source")
      // A byte past the last full multiple of the alphabet would favour its first letters.
      let bound = UInt8(256 / alphabet.count * alphabet.count)
      text += bytes.filter { $0 < bound }.map { alphabet[Int($0) % alphabet.count] }
    }
    return String(decoding: text.prefix(count), as: UTF8.self)
  }
}
