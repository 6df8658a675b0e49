/// What a server answered.
package struct HTTPResponse: Sendable, Equatable {
  /// The status code, for example 200.
  package var status: Int
  /// The header fields, in their order.
  package var headers: [SigningRequest.Header]
  /// The body, uncompressed.
  package var body: [UInt8]

  /// The first value of a header field, whatever the case of its name.
  package func header(_ name: String) -> String? {
    let name = name.lowercased()
    return headers.first { $0.name.lowercased() == name }?.value
  }
}
