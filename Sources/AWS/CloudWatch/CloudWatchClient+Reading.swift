#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Amazon CloudWatch API Reference, GetMetricData: 500 metrics a request, and pages of 100,800 values.
extension CloudWatchClient {
  /// More pages than two months of 500 metrics have.
  private static let mostPages = 1_000

  /// The values of metrics in a span of time, the oldest first; a metric without values has an empty list.
  ///
  /// - Parameters:
  ///   - start: The first second of it since 1970.
  ///   - end: The second behind it.
  /// - Throws: `AWSError`.
  package func points(
    of queries: [MetricQuery], from start: Int64, to end: Int64
  ) throws(AWSError) -> [[MetricQuery.Point]] {
    var series = [[MetricQuery.Point]](repeating: [], count: queries.count)
    let ids = Dictionary(uniqueKeysWithValues: queries.indices.map { ("q\($0)", $0) })
    var request = DataRequest(
      StartTime: start, EndTime: end,
      MetricDataQueries: queries.enumerated().map { DataRequest.Query(id: "q\($0)", $1) })
    for _ in 0..<Self.mostPages {
      let answer = try page(request)
      for result in answer.MetricDataResults {
        guard let index = ids[result.Id], result.Timestamps.count == result.Values.count else {
          throw AWSError(.badAnswer, "Amazon CloudWatch's answer makes no sense")
        }
        series[index] += zip(result.Timestamps, result.Values).map {
          MetricQuery.Point(time: Int64($0), value: $1)
        }
      }
      guard let next = answer.NextToken, !next.isEmpty else { return series }
      request.NextToken = next
    }
    throw AWSError(.badAnswer, "Amazon CloudWatch's answer has no end")
  }

  private func page(_ request: DataRequest) throws(AWSError) -> DataAnswer {
    guard let body = try? JSONEncoder().encode(request) else {
      throw AWSError(.configuration, "the metrics cannot be asked for")
    }
    let call = ServiceClient.Call(
      headers: [
        .init("Content-Type", "application/x-amz-json-1.0"),
        .init("X-Amz-Target", "GraniteServiceVersion20100801.GetMetricData"),
      ], body: Array(body), isIdempotent: true, timeout: .seconds(30))
    let bytes: [UInt8]
    do throws(AWSError) {
      bytes = try service.send(call, to: endpoint)
    } catch {
      var explained = error
      if ["AccessDenied", "AccessDeniedException"].contains(error.type) {
        explained.remedy = "the caller needs cloudwatch:GetMetricData"
      }
      throw explained
    }
    guard let answer = try? JSONDecoder().decode(DataAnswer.self, from: Data(bytes)) else {
      throw AWSError(.badAnswer, "Amazon CloudWatch's answer cannot be read")
    }
    return answer
  }

  /// A request as the service takes it.
  private struct DataRequest: Encodable {
    struct Query: Encodable {
      struct Stat: Encodable {
        struct Metric: Encodable {
          var Namespace: String
          var MetricName: String
          var Dimensions: [MetricDatum.Dimension]
        }
        var Metric: Metric
        var Period: Int
        var Stat: MetricQuery.Statistic
      }
      var Id: String
      var MetricStat: Stat

      init(id: String, _ query: MetricQuery) {
        Id = id
        MetricStat = Stat(
          Metric: .init(
            Namespace: query.namespace, MetricName: query.name, Dimensions: query.dimensions),
          Period: query.period, Stat: query.statistic)
      }
    }
    var StartTime: Int64
    var EndTime: Int64
    var MetricDataQueries: [Query]
    var ScanBy = "TimestampAscending"
    var NextToken: String?
  }

  /// An answer, as far as it is needed.
  private struct DataAnswer: Decodable {
    struct Result: Decodable {
      var Id: String
      /// Seconds since 1970.
      var Timestamps: [Double]
      var Values: [Double]
    }
    var MetricDataResults: [Result]
    var NextToken: String?
  }
}
