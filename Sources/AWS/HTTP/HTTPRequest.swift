/// A request to a server of AWS, or to one that speaks like it.
package struct HTTPRequest: Sendable, Equatable {
  /// `GET`, `POST` or `PUT`.
  package var method: String
  /// Scheme, host and port, for example `https://rds-data.eu-central-1.amazonaws.com`.
  package var origin: String
  /// From the first slash to before the question mark.
  package var path: String
  /// What stands behind the question mark; nil without one.
  package var query: String?
  /// The header fields but Host and Content-Length.
  package var headers: [SigningRequest.Header]
  /// The body.
  package var body: [UInt8]
  /// How long to wait for the whole answer.
  package var timeout: Duration
  /// How long to wait for a connection.
  package var connectTimeout: Duration = .seconds(10)
  /// False for addresses inside the machine or its network, which no proxy reaches.
  package var usesProxy = true
  /// False for what puts things right after the caller asked to stop.
  package var isCancellable = true

  /// A request from its parts.
  package init(
    method: String = "POST", origin: String, path: String = "/", query: String? = nil,
    headers: [SigningRequest.Header] = [], body: [UInt8] = [], timeout: Duration = .seconds(60)
  ) {
    self.method = method
    self.origin = origin
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }

  /// The whole address.
  var url: String { origin + path + (query.map { "?" + $0 } ?? "") }

  /// Host and port as the Host field has them.
  var host: String {
    guard let scheme = origin.firstRange(of: "://") else { return origin }
    return String(origin[scheme.upperBound...])
  }

  /// Adds the header fields that sign the request.
  mutating func sign(with signer: RequestSigner, at time: SigningTime) {
    let unsigned = SigningRequest(
      method: method, path: path, query: query, headers: [.init("Host", host)] + headers,
      body: body)
    headers = signer.signed(unsigned, at: time).headers
  }
}
