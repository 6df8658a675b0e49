internal import AWS

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// The JSON of a request.
enum RequestBody {
  /// Reads it; no body is an empty object, and unknown members are ignored.
  ///
  /// - Throws: `ServiceFailure` that names the member.
  static func decoded<Request: Decodable>(_ body: [UInt8]) throws(ServiceFailure) -> Request {
    do {
      return try JSONDecoder().decode(Request.self, from: Data(body.isEmpty ? [123, 125] : body))
    } catch let error as DecodingError {
      throw ServiceFailure(.serialization, reason(error))
    } catch {
      throw ServiceFailure(.serialization, "The request body is no JSON")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    switch error {
    case .dataCorrupted(let context) where !context.codingPath.isEmpty,
      .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
      return "\(path.joined(separator: ".")): \(context.debugDescription)"
    default: return "The request body is no JSON"
    }
  }
}
