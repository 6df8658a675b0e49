import Foundation
import TestSupport
import Testing

@testable import AWS

@Suite(
  "Calls to AWS's services",
  .enabled(
    if: PythonClients.interpreter != nil,
    "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
struct ServiceTests {
  private func onStandIn(_ body: @escaping @Sendable (StandIn) throws -> Void) async throws {
    try await onOwnThread { try body(try StandIn()) }
  }

  @Test("secrets have user and password, whoever made them, and errors name the secret alone")
  func secrets() async throws {
    try await onStandIn { standIn in
      let service = try standIn.client()
      let endpoint = standIn.endpoint("secretsmanager")
      let client = SecretsManagerClient(service: service, endpoint: endpoint)
      _ = try standIn.createSecret(
        "full",
        #"{"engine":"postgres","host":"h","port":"5433","dbname":"d","username":"u","password":"p@/:'\" x"}"#
      )
      let full = try client.databaseSecret("full")
      #expect(full.user == "u" && full.password == "p@/:'\" x" && full.host == "h")
      #expect(full.port == 5_433 && full.database == "d")
      _ = try standIn.createSecret("managed", #"{"username":"admin","password":"x"}"#)
      let managed = try client.databaseSecret("managed")
      #expect(managed.user == "admin" && managed.host == nil && managed.port == nil)
      _ = try standIn.createSecret("plain", "hunter2")
      let plain = #expect(throws: AWSError.self) { try client.databaseSecret("plain") }
      #expect(plain?.code == .badAnswer && plain.map { !"\($0)".contains("hunter2") } == true)
      let none = #expect(throws: AWSError.self) { try client.databaseSecret("none") }
      #expect(none?.message == "there is no secret none" && !"\(full)".contains("p@"))
    }
  }

  @Test("metrics arrive with their dimensions, in as many requests as it takes")
  func metrics() async throws {
    try await onStandIn { standIn in
      let client = CloudWatchClient(
        service: try standIn.client(), endpoint: standIn.endpoint("monitoring"))
      let now = Int64(Date().timeIntervalSince1970)
      var data = (0..<1_200).map { number in
        MetricDatum(
          "Operations", dimensions: [.init("Tenant", "tenant \(number)")], unit: .count,
          timestamp: now, values: [1: 2])
      }
      data.append(
        MetricDatum(
          "Duration", dimensions: [.init("Operation", "sélect"), .init("Empty", "")],
          unit: .milliseconds, timestamp: now,
          values: Dictionary(uniqueKeysWithValues: (0..<400).map { (Double($0), 1) })
            .merging([.infinity: 1, .nan: 1]) { $1 }))
      try client.put(data, namespace: "dbtool/tests")
      let script = """
        import boto3, sys, datetime
        c = boto3.client("cloudwatch", endpoint_url=sys.argv[1], region_name="us-east-1",
                         aws_access_key_id="a", aws_secret_access_key="b")
        names = {}
        for page in c.get_paginator("list_metrics").paginate(Namespace="dbtool/tests"):
            for m in page["Metrics"]:
                names.setdefault(m["MetricName"], set()).add(
                    tuple((d["Name"], d["Value"]) for d in m["Dimensions"]))
        assert len(names["Operations"]) == 1200, len(names["Operations"])
        assert names["Duration"] == {(("Operation", "s_lect"), ("Empty", "_"))}, names["Duration"]
        now = datetime.datetime.now(datetime.timezone.utc)
        hour = datetime.timedelta(hours=1)
        p = c.get_metric_statistics(
            Namespace="dbtool/tests", MetricName="Duration", StartTime=now - hour, EndTime=now + hour,
            Period=7200, Statistics=["Sum", "SampleCount", "Maximum"],
            Dimensions=[{"Name": "Operation", "Value": "s_lect"}, {"Name": "Empty", "Value": "_"}])
        point = p["Datapoints"][0]
        assert (point["SampleCount"], point["Sum"], point["Maximum"]) == (400, 79800, 399), point
        print("good")
        """
      let (isGood, output) = try PythonClients.run("-c", [script, standIn.moto])
      #expect(isGood, "\(output)")
      for namespace in ["AWS/RDS", "", ":x", "a b"] {
        let error = #expect(throws: AWSError.self) { try client.put(data, namespace: namespace) }
        #expect(error?.code == .configuration)
      }
      let crowded = MetricDatum(
        "M", dimensions: (0..<31).map { .init("D\($0)", "x") }, unit: .none, timestamp: now,
        values: [1: 1])
      #expect(throws: AWSError.self) { try client.put([crowded], namespace: "dbtool") }
    }
  }

  @Test("metrics are read page by page, in order, and an answer that makes no sense is refused")
  func metricPages() async throws {
    try await onStandIn { standIn in
      let client = CloudWatchClient(
        service: try standIn.client(),
        endpoint: standIn.endpoint("monitoring", at: standIn.metadata))
      func points(_ namespace: String) throws -> [[MetricQuery.Point]] {
        let queries = ["A", "B"].map {
          MetricQuery($0, in: namespace, dimensions: [.init("x", "y")], period: 60, .average)
        }
        return try client.points(of: queries, from: 1_000_020, to: 1_000_320)
      }
      let five = (0..<5).map { MetricQuery.Point(time: 1_000_020 + 60 * $0, value: Double($0)) }
      #expect(try points("Paged") == [five, five])
      for namespace in ["Endless", "Uneven", "Stranger"] {
        let error = #expect(throws: AWSError.self) { try points(namespace) }
        #expect(error?.code == .badAnswer)
      }
    }
  }

  @Test("a clock that is wrong is mended by the server's, once")
  func skew() async throws {
    try await onStandIn { standIn in
      let client = try standIn.client()
      let call = ServiceClient.Call(
        path: "/skewed", headers: [], body: Array("{}".utf8), isIdempotent: false)
      let endpoint = standIn.endpoint("test", at: standIn.metadata)
      #expect(
        String(decoding: try client.send(call, to: endpoint), as: UTF8.self) == "{\"count\": 2}")
      #expect(
        String(decoding: try client.send(call, to: endpoint), as: UTF8.self) == "{\"count\": 3}")
    }
  }

  @Test("what is not idempotent is not sent twice when a kept connection breaks")
  func brokenConnection() async throws {
    try await onStandIn { standIn in
      let client = try standIn.client(attempts: 3)
      let endpoint = standIn.endpoint("test", at: standIn.metadata)
      func send(_ path: String, isIdempotent: Bool) throws -> String {
        let call = ServiceClient.Call(
          path: path, headers: [], body: Array("{}".utf8), isIdempotent: isIdempotent)
        return String(decoding: try client.send(call, to: endpoint), as: UTF8.self)
      }
      #expect(try send("/close", isIdempotent: false) == "{\"calls\": 1}")
      let lost = #expect(throws: AWSError.self) { try send("/close", isIdempotent: false) }
      #expect(lost?.code == .noAnswer)
      #expect(try send("/calls", isIdempotent: true) == "{\"calls\": 2}")
    }
  }

  @Test("a body of 5 MB goes out and comes back, and a port that nobody listens on is told at once")
  func transport() async throws {
    try await onStandIn { standIn in
      let client = try standIn.client(attempts: 1)
      let body = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let call = ServiceClient.Call(path: "/echo", headers: [], body: body, isIdempotent: true)
      #expect(
        try client.send(call, to: standIn.endpoint("test", at: standIn.metadata)) == body)
      let nobody = #expect(throws: AWSError.self) {
        try client.send(call, to: standIn.endpoint("test", at: "http://127.0.0.1:1"))
      }
      #expect(nobody?.code == .unreachable)
    }
  }

  @Test("an answer that does not end is given up before it takes the memory")
  func longAnswer() async throws {
    try await onStandIn { standIn in
      let client = try standIn.client(attempts: 1)
      let call = ServiceClient.Call(path: "/long", headers: [], body: [], isIdempotent: true)
      let error = #expect(throws: AWSError.self) {
        try client.send(call, to: standIn.endpoint("test", at: standIn.metadata))
      }
      #expect(error?.code == .noAnswer && error?.message.contains("longer than 64 MiB") == true)
      let after = ServiceClient.Call(
        path: "/echo", headers: [], body: Array("{}".utf8), isIdempotent: true)
      #expect(
        try client.send(after, to: standIn.endpoint("test", at: standIn.metadata)) == after.body)
    }
  }

  @Test("pauses grow, stay below their limit, and end with the budget")
  func retries() {
    var policy = RetryPolicy()
    policy.attempts = 1_000
    var made = 0
    while let pause = policy.pause(before: 2 + made, afterTimeout: false, wanted: nil) {
      #expect(pause <= .seconds(20))
      made += 1
    }
    #expect(made == 100)
    policy.succeeded(afterRetry: true)
    #expect(
      policy.pause(before: 2, afterTimeout: false, wanted: .seconds(7)).map { $0 >= .seconds(7) }
        == true)
    #expect(policy.pause(before: 2, afterTimeout: false, wanted: nil) == nil)
    var usual = RetryPolicy()
    #expect(usual.pause(before: 4, afterTimeout: false, wanted: nil) == nil)
  }

  @Test("an error's name is found in each of its spellings")
  func spellings() {
    func error(_ header: String?, _ body: String) -> ServiceError? {
      ServiceError(
        HTTPResponse(
          status: 400, headers: header.map { [.init("X-Amzn-ErrorType", $0)] } ?? [],
          body: Array(body.utf8)))
    }
    for found in [
      error("NotFoundException", #"{"message":"m"}"#),
      error("NotFoundException:http://internal.amazon.com/x", #"{"Message":"m"}"#),
      error("NotFoundException:", #"{"message":"m"}"#),
      error(nil, #"{"__type":"com.amazonaws.rdsdata#NotFoundException","message":"m"}"#),
      error(nil, #"{"code":"NotFoundException","message":"m"}"#),
    ] {
      #expect(found?.type == "NotFoundException" && found?.message == "m")
    }
    #expect(error(nil, "<html>")?.type == "")
  }

  @Test("endpoints follow region, partition, FIPS, dual stack, and an address of one's own")
  func endpoints() throws {
    func origin(_ variables: [String: String], region: String = "eu-west-1") throws -> String {
      try ServiceEndpoint.resolve(
        "rds-data", variable: "RDS_DATA", region: region,
        configuration: SharedConfiguration(variables: variables, readFile: { _ in nil })
      ).origin
    }
    #expect(try origin([:]) == "https://rds-data.eu-west-1.amazonaws.com")
    #expect(try origin([:], region: "cn-north-1") == "https://rds-data.cn-north-1.amazonaws.com.cn")
    #expect(
      try origin(["AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"])
        == "https://rds-data-fips.eu-west-1.api.aws")
    #expect(
      try origin(["AWS_ENDPOINT_URL_RDS_DATA": "http://localhost:1/"]) == "http://localhost:1")
    #expect(throws: AWSError.self) {
      try origin(["AWS_ENDPOINT_URL": "http://x", "AWS_USE_FIPS_ENDPOINT": "true"])
    }
    #expect(throws: AWSError.self) { try origin([:], region: "evil.example/") }
    let nested =
      "[default]\nservices = local\n[services local]\nrds_data =\n  endpoint_url = http://n:1\n"
    let configuration = try SharedConfiguration(variables: ["HOME": "/h"]) {
      $0 == "/h/.aws/config" ? nested : nil
    }
    #expect(configuration.endpoint(for: "RDS_DATA") == "http://n:1")
  }
}
