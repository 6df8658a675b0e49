internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Who calls AWS: found when the first call is made, and found again before the credentials end.
package final class CredentialSource: Sendable {
  private let find: @Sendable () throws(AWSError) -> AWSCredentials
  private let known = Mutex<AWSCredentials?>(nil)

  /// Credentials that `find` gives; it is asked again five minutes before they end.
  package init(_ find: @escaping @Sendable () throws(AWSError) -> AWSCredentials) {
    self.find = find
  }

  /// The credentials of a machine's configuration, as `CredentialChain` finds them.
  package convenience init(_ chain: CredentialChain) {
    self.init { () throws(AWSError) in try chain.credentials() }
  }

  /// The credentials.
  ///
  /// - Throws: `AWSError` when there are none.
  package func credentials() throws(AWSError) -> AWSCredentials {
    let outcome = known.withLock { known -> Result<AWSCredentials, AWSError> in
      let now = Int64(time(nil))
      if let known, known.expiration.map({ $0 - now > 300 }) ?? true { return .success(known) }
      do throws(AWSError) {
        let found = try find()
        known = found
        return .success(found)
      } catch {
        // They are good for a while yet.
        if let known, let end = known.expiration, end - now > 30 { return .success(known) }
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
