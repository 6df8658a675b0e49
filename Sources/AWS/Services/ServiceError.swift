#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The error in an answer of a service.
struct ServiceError: Equatable {
  /// Its name in the service's model.
  var type: String
  var message: String
  var status: Int
  /// `dbConnectionId` of the RDS Data API.
  var databaseProcess: Int?

  /// Reads the error; nil for an answer that is none.
  ///
  /// The name stands in a header field or in the body, in one of several spellings, with a namespace
  /// before or an address behind it (AWS restJson1 protocol, "Operation error serialization").
  init?(_ response: HTTPResponse) {
    guard !(200..<300).contains(response.status) else { return nil }
    status = response.status
    if response.body.first == UInt8(ascii: "<"),
      let error = XMLElement(response.body)?.first("Error")
    {
      // AWS Query protocol, "Operation error serialization".
      type = error["Code"]?.text ?? ""
      message = error["Message"]?.text ?? ""
      return
    }
    let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
    let name = response.header("x-amzn-errortype") ?? body?.__type ?? body?.code ?? ""
    let bare = name.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
    type = String(bare.split(separator: "#").last ?? "")
    message = body?.message ?? body?.Message ?? ""
    databaseProcess = body?.dbConnectionId
  }

  /// Nothing was done: the request was turned away at the door.
  var isThrottling: Bool {
    status == 429
      || [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "BandwidthLimitExceeded",
        "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
        "EC2ThrottledException", "TransactionInProgressException", "RequestLimitExceeded",
      ].contains(type)
  }

  /// Nobody was there to do it.
  var isUnavailable: Bool { status == 503 }

  /// It may have been done all the same.
  var isUncertain: Bool { status == 500 || status == 502 || status == 504 }

  /// The clock of this machine is wrong.
  var isSkew: Bool {
    switch type {
    case "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture": true
    case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure":
      message.contains("Signature expired") || message.contains("Signature not yet current")
    default: false
    }
  }

  private struct Body: Decodable {
    var __type: String?
    var code: String?
    var message: String?
    var Message: String?
    var dbConnectionId: Int?

    enum CodingKeys: CodingKey { case __type, code, message, Message, dbConnectionId }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      __type = try? container.decode(String.self, forKey: .__type)
      code = try? container.decode(String.self, forKey: .code)
      message = try? container.decode(String.self, forKey: .message)
      dbConnectionId = try? container.decode(Int.self, forKey: .dbConnectionId)
      Message = try? container.decode(String.self, forKey: .Message)
    }
  }
}
