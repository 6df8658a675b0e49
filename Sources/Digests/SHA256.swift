internal import COpenSSL

/// SHA-256 as FIPS 180-4 defines it, computed by OpenSSL's libcrypto.
package struct SHA256: Sendable {
  /// The 64 lower-case hexadecimal digits of the digest of `bytes`.
  ///
  /// - Precondition: libcrypto offers SHA-256; no build of it lacks it, so a failure is a
  ///   programming error.
  package static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
    let input = Array(bytes)
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = EVP_Digest(input, input.count, &digest, &length, EVP_sha256(), nil)
    precondition(status == 1 && length == 32, "libcrypto refused to compute SHA-256")
    return hexadecimal(digest)
  }

  static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0x0F)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
