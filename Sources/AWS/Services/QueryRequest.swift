internal import Wording

/// A request of the Query protocol, which old services of AWS speak.
///
/// AWS Query protocol, "Serialization": parameters in the body of a form, an answer in XML.
struct QueryRequest {
  /// The service's version and what it shall do, followed by the operation's own parameters.
  var parameters: [(name: String, value: String)]

  static let contentType = "application/x-www-form-urlencoded; charset=utf-8"

  init(_ action: String, version: String, _ parameters: [(name: String, value: String)]) {
    self.parameters = [("Action", action), ("Version", version)] + parameters
  }

  /// The form.
  var body: [UInt8] {
    let pairs = parameters.map { "\($0.name)=\(PercentEncoding.encoded($0.value.utf8))" }
    return Array(pairs.joined(separator: "&").utf8)
  }
}
