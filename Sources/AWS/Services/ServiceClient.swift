#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Signs requests to services of AWS, makes them, and makes them again where that is safe.
///
/// A client belongs to the thread that uses it.
package final class ServiceClient {
  /// One request, before it is signed.
  package struct Call {
    /// The path, for example `/Execute`.
    package var path: String
    /// Header fields beside those of the signature.
    package var headers: [SigningRequest.Header]
    /// The body.
    package var body: [UInt8]
    /// True when it does no harm to do it twice.
    ///
    /// Others are repeated only when it is known that nothing was done.
    package var isIdempotent: Bool
    /// How long to wait for the whole answer.
    package var timeout: Duration
    /// False for what puts things right after the caller asked to stop.
    package var isCancellable = true

    /// A call from its parts.
    package init(
      path: String = "/", headers: [SigningRequest.Header], body: [UInt8], isIdempotent: Bool,
      timeout: Duration = .seconds(60)
    ) {
      self.path = path
      self.headers = headers
      self.body = body
      self.isIdempotent = isIdempotent
      self.timeout = timeout
    }
  }

  private let http: HTTPClient
  private let credentials: CredentialSource
  private let isCancelled: @Sendable () -> Bool
  private var retries: RetryPolicy
  /// Seconds that the servers' clock is ahead of this one.
  private var skew: Int64 = 0

  /// A client for all services.
  package init(
    credentials: CredentialSource, configuration: SharedConfiguration,
    retries: RetryPolicy = RetryPolicy(), isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(AWSError) {
    http = try HTTPClient(certificates: configuration.certificates, isCancelled: isCancelled)
    self.credentials = credentials
    self.retries = retries
    self.isCancelled = isCancelled
  }

  /// Makes a call.
  ///
  /// - Throws: `AWSError`; of code `noAnswer` when it is not known whether it was done.
  package func send(_ call: Call, to endpoint: ServiceEndpoint) throws(AWSError) -> [UInt8] {
    var attempt = 1
    var hasMendedClock = false
    while true {
      let failure: (error: AWSError, isSafe: Bool, isTimeout: Bool, wanted: Duration?)
      do throws(HTTPFailure) {
        let response = try http.send(try signed(call, endpoint))
        guard let error = ServiceError(response) else {
          retries.succeeded(afterRetry: attempt > 1)
          return response.body
        }
        if error.isSkew, !hasMendedClock, mendClock(response) {
          hasMendedClock = true
          continue
        }
        failure = (
          AWSError(error),
          error.isThrottling || error.isUnavailable || (error.isUncertain && call.isIdempotent),
          false, response.wantedPause
        )
      } catch {
        failure = (
          AWSError(error, endpoint),
          error.code == .notSent || (error.code != .cancelled && call.isIdempotent),
          error.code == .timedOut, nil
        )
      }
      attempt += 1
      guard failure.isSafe, failure.error.code != .configuration,
        call.isCancellable || !isCancelled(),
        let pause = retries.pause(
          before: attempt, afterTimeout: failure.isTimeout, wanted: failure.wanted)
      else { throw failure.error }
      try sleep(pause)
    }
  }

  /// - Throws: `AWSError` of code `cancelled` once the caller asked to stop.
  package func checkCancelled() throws(AWSError) {
    if isCancelled() { throw AWSError(.cancelled, "interrupted") }
  }

  /// Waits, and ends early when the caller asks to stop.
  package func sleep(_ pause: Duration) throws(AWSError) {
    let end = ContinuousClock.now + pause
    while ContinuousClock.now < end {
      try checkCancelled()
      usleep(min(50_000, UInt32(max(1, (end - ContinuousClock.now).milliseconds)) * 1_000))
    }
  }

  private func signed(
    _ call: Call, _ endpoint: ServiceEndpoint
  ) throws(HTTPFailure) -> HTTPRequest {
    var request = HTTPRequest(
      origin: endpoint.origin, path: call.path, headers: call.headers, body: call.body,
      timeout: call.timeout)
    request.isCancellable = call.isCancellable
    let found: AWSCredentials
    do throws(AWSError) {
      found = try credentials.credentials()
    } catch {
      throw HTTPFailure(code: .notSent, message: error.description, reason: error)
    }
    request.sign(
      with: RequestSigner(
        credentials: found, region: endpoint.region, service: endpoint.signingName),
      at: .now(ahead: skew))
    return request
  }

  /// Takes the server's time from an answer; false when that is no reason to try again.
  private func mendClock(_ response: HTTPResponse) -> Bool {
    guard let date = response.header("date"), let theirs = SigningTime.seconds(ofDate: date) else {
      return false
    }
    skew = theirs - Int64(time(nil))
    return true
  }
}

extension AWSError {
  init(_ error: ServiceError) {
    let type = error.type.isEmpty ? "HTTP status \(error.status)" : error.type
    self.init(
      error.isUncertain ? .noAnswer : .refused,
      error.message.isEmpty ? "the service answered with \(type)" : error.message)
    self.type = error.type.isEmpty ? nil : error.type
    status = error.status
    databaseProcess = error.databaseProcess
  }

  init(_ failure: HTTPFailure, _ endpoint: ServiceEndpoint) {
    if let reason = failure.reason {
      self = reason
      return
    }
    switch failure.code {
    case .notSent:
      self.init(.unreachable, "\(endpoint.origin) cannot be reached: \(failure.message)")
    case .noAnswer, .timedOut:
      self.init(.noAnswer, "no answer from \(endpoint.origin): \(failure.message)")
    case .cancelled: self.init(.cancelled, "interrupted")
    }
  }
}

extension HTTPResponse {
  /// How long the server asks to wait (RFC 9110, section 10.2.3; only seconds, no date).
  fileprivate var wantedPause: Duration? {
    header("retry-after").flatMap { Int($0) }.map { .seconds($0) }
  }
}
