internal import AWS

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a client is sent.
struct Answer: Sendable {
  var status: Int
  /// The error's name; nil for none.
  var type: String?
  var body: [UInt8]
  /// Closes the connection in place of an answer.
  var isDropped = false

  /// An answer in place of which the connection is closed.
  static let dropped = Answer(status: 500, type: nil, body: [], isDropped: true)

  private init(status: Int, type: String?, body: [UInt8], isDropped: Bool = false) {
    self.status = status
    self.type = type
    self.body = body
    self.isDropped = isDropped
  }

  /// The answer to a call that went well.
  init(with response: any Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    self.init(status: 200, type: nil, body: Array(try encoder.encode(response)))
  }

  /// The answer to a call that failed.
  init(to error: any Error) {
    struct Body: Encodable {
      var message: String?
      var dbConnectionId: Int?
    }
    let failure = error as? ServiceFailure ?? ServiceFailure(.internalServerError, nil)
    let body = Body(message: failure.message, dbConnectionId: failure.connectionID)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    self.init(
      status: failure.type.status, type: failure.type.rawValue,
      body: (try? encoder.encode(body)).map { Array($0) } ?? [])
  }
}
