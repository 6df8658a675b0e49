internal import COpenSSL

/// SHA-1 as FIPS 180-4 defines it, computed by OpenSSL's libcrypto; for names, not for secrets.
package enum SHA1 {
  /// The 40 lower-case hexadecimal digits of the digest of `bytes`.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: 20)
    var length: UInt32 = 0
    let status = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha1(), nil)
    precondition(status == 1 && length == 20, "libcrypto refused to compute SHA-1")
    return SHA256.hexadecimal(digest)
  }
}
