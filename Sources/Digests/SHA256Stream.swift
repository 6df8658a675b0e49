internal import COpenSSL

/// SHA-256 over bytes that arrive piece by piece, so that a large file need not be in memory.
package final class SHA256Stream {
  private let context: OpaquePointer

  /// Nothing is hashed yet.
  ///
  /// - Precondition: libcrypto offers SHA-256, as for `SHA256`.
  package init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto refused to compute SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  package func update(_ bytes: [UInt8]) {
    precondition(
      EVP_DigestUpdate(context, bytes, bytes.count) == 1, "libcrypto refused to compute SHA-256")
  }

  /// The 64 lower-case hexadecimal digits of everything added; nothing may be added after it.
  package func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(
      EVP_DigestFinal_ex(context, &digest, nil) == 1, "libcrypto refused to compute SHA-256")
    return SHA256.hexadecimal(digest)
  }
}
