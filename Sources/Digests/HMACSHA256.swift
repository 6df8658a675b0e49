internal import COpenSSL

/// HMAC with SHA-256 as FIPS 198-1 defines it, computed by OpenSSL's libcrypto.
package enum HMACSHA256 {
  /// The 32 bytes of the authentication code of `message`.
  ///
  /// - Precondition: libcrypto offers HMAC with SHA-256; no build of it lacks it, so a failure is a
  ///   programming error.
  package static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let isDone =
      HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length) != nil
    precondition(isDone && length == 32, "libcrypto refused to compute an HMAC")
    return code
  }

  /// The 64 lower-case hexadecimal digits of the authentication code of `message`.
  package static func hexCode(of message: [UInt8], key: [UInt8]) -> String {
    SHA256.hexadecimal(code(of: message, key: key))
  }
}
