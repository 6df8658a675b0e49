#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Amazon CloudWatch, as far as metrics are put there and read.
///
/// Amazon CloudWatch API Reference, PutMetricData: 1,000 metrics and 1 MB a request, 150 values a metric,
/// 30 dimensions, finite numbers up to 2^360.
package struct CloudWatchClient {
  private static let longestRequest = 900_000
  private static let mostData = 1_000
  private static let mostValues = 150
  private static let mostDimensions = 30

  /// Shorter bodies are not worth the work.
  private static let shortestCompressed = 10_240

  let service: ServiceClient
  let endpoint: ServiceEndpoint
  /// Sends long bodies compressed.
  package var compresses = true

  /// What one request holds.
  package struct Request: Sendable {
    /// The number of metrics in it.
    package var count: Int
    let body: [UInt8]

    /// Bytes of memory that it takes.
    package var size: Int { body.count }
  }

  /// A client for an endpoint.
  package init(service: ServiceClient, endpoint: ServiceEndpoint) {
    self.service = service
    self.endpoint = endpoint
  }

  /// Puts metrics, in as many requests as the limits ask for.
  ///
  /// - Throws: `AWSError`; for a namespace of AWS's own, and for more dimensions than there may be,
  ///   before anything is sent.
  package func put(_ data: [MetricDatum], namespace: String) throws(AWSError) {
    for request in try Self.requests(data, namespace: namespace) { try send(request) }
  }

  /// The requests that put metrics.
  ///
  /// - Throws: `AWSError` for a namespace of AWS's own, and for more dimensions than there may be.
  package static func requests(
    _ data: [MetricDatum], namespace: String
  ) throws(AWSError) -> [Request] {
    guard !namespace.isEmpty, namespace.utf8.count <= 255, !namespace.hasPrefix("AWS/"),
      !namespace.hasPrefix(":"), namespace.utf8.allSatisfy({ (33...126).contains($0) })
    else {
      throw AWSError(.configuration, "\"\(namespace)\" is no namespace for metrics of one's own")
    }
    if let crowded = data.first(where: { $0.dimensions.count > Self.mostDimensions }) {
      throw AWSError(
        .configuration, "the metric \(crowded.name) has more than \(Self.mostDimensions) dimensions"
      )
    }
    let encoder = JSONEncoder()
    var requests: [Request] = []
    var batch: [Data] = []
    var size = 0
    for entry in data.flatMap(Entry.entries) {
      guard let json = try? encoder.encode(entry) else { continue }
      if size + json.count > longestRequest || batch.count == mostData {
        requests.append(request(batch, namespace))
        batch = []
        size = 0
      }
      batch.append(json)
      size += json.count + 1
    }
    if !batch.isEmpty { requests.append(request(batch, namespace)) }
    return requests
  }

  private static func request(_ batch: [Data], _ namespace: String) -> Request {
    var body = Array("{\"Namespace\":\"".utf8)
    // Of the characters that a namespace may have these two have a meaning in JSON.
    for byte in namespace.utf8 { body += byte == 34 || byte == 92 ? [92, byte] : [byte] }
    body += Array("\",\"MetricData\":[".utf8)
    for (index, json) in batch.enumerated() {
      if index > 0 { body.append(44) }
      body += json
    }
    body += Array("]}".utf8)
    return Request(count: batch.count, body: body)
  }

  /// Sends a request.
  ///
  /// - Throws: `AWSError`; of code `noAnswer` when it is not known whether the metrics were taken.
  package func send(_ request: Request) throws(AWSError) {
    var headers: [SigningRequest.Header] = [
      .init("Content-Type", "application/x-amz-json-1.0"),
      .init("X-Amz-Target", "GraniteServiceVersion20100801.PutMetricData"),
    ]
    var body = request.body
    if compresses, body.count >= Self.shortestCompressed, let short = Gzip.compressed(body) {
      headers.append(.init("Content-Encoding", "gzip"))
      body = short
    }
    _ = try service.send(
      ServiceClient.Call(
        headers: headers, body: body, isIdempotent: false, timeout: .seconds(10)), to: endpoint)
  }

  /// A metric as a request has it.
  private struct Entry: Encodable {
    var MetricName: String
    var Dimensions: [MetricDatum.Dimension]
    var Timestamp: Int64
    var Unit: MetricDatum.Unit
    var Values: [Double]
    var Counts: [Double]

    static func entries(_ datum: MetricDatum) -> [Entry] {
      let limit = 0x1p360
      let values = datum.values.filter { abs($0.key) <= limit && $0.value > 0 }
        .sorted { $0.key < $1.key }
      return stride(from: 0, to: values.count, by: mostValues).map { start in
        let part = values[start..<min(start + mostValues, values.count)]
        return Entry(
          MetricName: datum.name, Dimensions: datum.dimensions, Timestamp: datum.timestamp,
          Unit: datum.unit, Values: part.map(\.key), Counts: part.map(\.value))
      }
    }
  }
}
