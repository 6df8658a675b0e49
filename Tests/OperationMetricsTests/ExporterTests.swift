import DatabaseInstrumentation
import Foundation
import Postgres
import SQLSyntax
import TestSupport
import Testing

@testable import OperationMetrics

@Suite("Exporters of metrics")
struct ExporterTests {
  private static let hostile = [
    "'; DROP TABLE x; --", "\"", "\\", "a\nb", "\u{202E}", "caf\u{E9}", "cafe\u{301}", " ", ":x",
    "other", "<script>", String(repeating: "x", count: 2_000), "\u{1}", "a\tb",
  ]

  @Test("Lines of JSON say everything of an operation, whatever its tenant is called")
  func jsonLines() throws {
    struct Line: Decodable {
      var time: String
      var tenant: String?
      var operation: String
      var status: String
      var durationMs: Double
      var rows: Int
      var bytesSent: Int
      var bytesReceived: Int
      var transport: String
      var exempt: Bool
    }
    let file = TemporaryFile()
    let exporter = JSONLinesExporter(try MetricOutput(file: file.path))
    var records = Records.some(tenants: Self.hostile, count: 1, at: .seconds(1_769_860_800))
    records.append(
      OperationRecord(
        tenant: nil, kind: .copy, status: "57014", time: .milliseconds(951_782_400_123),
        duration: .microseconds(1_500), rows: 3, bytesSent: 5, bytesReceived: 6,
        transport: .dataAPI, isExempt: true))
    exporter.export(MetricBatch(records: records))
    let lines = try file.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    #expect(
      lines.compactMap(\.tenant).map { Array($0.utf8) } == Self.hostile.map { Array($0.utf8) })
    #expect(lines.first?.time == "2026-01-31T12:00:00.000000Z")
    let last = lines.last
    #expect(last?.time == "2000-02-29T00:00:00.123000Z")
    #expect(last?.tenant == nil && last?.operation == "copy" && last?.status == "57014")
    #expect(last?.durationMs == 1.5 && last?.rows == 3 && last?.bytesSent == 5)
    #expect(last?.bytesReceived == 6 && last?.transport == "data-api" && last?.exempt == true)
  }

  @Test("A full disk loses lines and nothing else")
  func fullDisk() throws {
    let exporter = JSONLinesExporter(try MetricOutput(file: "/dev/full"))
    exporter.export(MetricBatch(records: Records.some()))
    #expect(exporter.lost == 40)
    let prometheus = PrometheusExporter(file: "/nowhere/at/all.prom")
    prometheus.export(MetricBatch(records: Records.some()))
    prometheus.close(by: .now)
    #expect(prometheus.lost == 1)
    #expect(throws: MetricError.self) { try MetricOutput(file: "/nowhere/at/all") }
    // Replacing a device by a file would take it away from everybody.
    let device = PrometheusExporter(file: "/dev/null")
    device.close(by: .now)
    #expect(device.lost == 1)
    let folder = PrometheusExporter(file: NSTemporaryDirectory())
    folder.close(by: .now)
    #expect(folder.lost == 1)
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test("A link at the file's place stays one")
  func link() throws {
    let (file, link) = (TemporaryFile(), TemporaryFile())
    try "old".write(toFile: file.path, atomically: true, encoding: .utf8)
    try FileManager.default.createSymbolicLink(
      atPath: link.path, withDestinationPath: file.path)
    PrometheusExporter(file: link.path).close(by: .now)
    #expect(file.text.contains("database_records_dropped_total 0"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == file.path)
  }

  @Test("Prometheus's own tool finds nothing wrong with the text", .enabled(if: Promtool.isThere))
  func prometheus() throws {
    let file = TemporaryFile()
    let exporter = PrometheusExporter(file: file.path)
    let records = Records.some(tenants: ["a", "b"] + Self.hostile)
    exporter.export(
      MetricBatch(
        records: records, waits: [.milliseconds(3), .seconds(20)],
        runs: [RunMeasurement(command: "migrate up", result: "good", duration: .seconds(1))],
        dropped: 7))
    exporter.close(by: .now)
    let text = file.text
    let (status, said) = try output(of: Promtool.path, ["check", "metrics"], input: text)
    #expect(status == 0 && said.isEmpty, "\(said)")
    #expect(text.contains(#"database_tenant_operations_total{tenant="a"} 20"#))
    #expect(text.contains(#"database_operations_total{operation="insert",status="OK"} 80"#))
    #expect(text.contains("database_pool_wait_seconds_bucket{le=\"+Inf\"} 2"))
    #expect(text.contains("database_records_dropped_total 7"))
    // The check is one that can fail.
    let (broken, _) = try output(
      of: Promtool.path, ["check", "metrics"], input: text + "database_x{a=\"} 1\n")
    #expect(broken != 0)
  }

  @Test(
    "Events of the embedded metric format have the published form, and the right sums",
    .enabled(
      if: PythonClients.interpreter != nil,
      "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"),
    arguments: MetricLayout.Kind.allCases)
  func embedded(kind: MetricLayout.Kind) throws {
    let file = TemporaryFile()
    let exporter = EmbeddedMetricExporter(
      try MetricOutput(file: file.path), layout: MetricLayout(kind), namespace: "Tests")
    let records =
      Records.some(count: 250) + Records.some(tenants: Self.hostile, count: 1)
    exporter.export(
      MetricBatch(
        records: records, waits: (0..<250).map { .milliseconds($0) },
        runs: [RunMeasurement(command: "seed", result: "failed", duration: .seconds(2))],
        dropped: 3))
    exporter.close(by: .now)
    let folder = SharedTestData.packageRoot + "/Tests/OperationMetricsTests/"
    let (isGood, said) = try PythonClients.run(
      folder + "check_embedded.py",
      [folder + "embedded_metric_format.schema.json", file.path])
    try #require(isGood, "\(said)")
    let sums = try JSONDecoder().decode([String: Double].self, from: Data(said.utf8))
    func sum(_ key: String) -> Double { (sums[key] ?? -1).rounded() }
    switch kind {
    case .split:
      #expect(sum("DatabaseOperations Count TenantId=a") == 250)
      let good = records.filter { $0.kind == .insert && $0.status == "OK" }.count
      #expect(sum("DatabaseOperations Count Operation=insert StatusCode=OK") == Double(good))
      #expect(
        sum("DatabaseOperationDuration Milliseconds Operation=select")
          == Records.durations(of: .select, in: records))
      #expect(sums["DatabaseOperations Count Operation=insert StatusCode=OK TenantId=a"] == nil)
    case .full:
      #expect(sum("DatabaseOperations Count Operation=select StatusCode=Denied TenantId=b") == 25)
      #expect(sums["DatabaseOperations Count TenantId=a"] == nil)
    }
    #expect(sum("DatabaseOperationError Count StatusClass=Denied") == 50)
    #expect(sum("DatabasePoolWait Milliseconds") == Double(249 * 250 / 2))
    #expect(sum("DatabaseRecordsDropped Count") == 3)
    #expect(sum("DatabaseRuns Count Command=seed Result=failed") == 1)
  }

  @Test(
    "CloudWatch gives back what was sent: dimensions, sums and units, also when it came compressed",
    .enabled(
      if: PythonClients.interpreter != nil,
      "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"),
    arguments: MetricLayout.Kind.allCases)
  func cloudWatch(kind: MetricLayout.Kind) async throws {
    try await onOwnThread {
      let standIn = try StandIn()
      let exporter = try CloudWatchExporter(
        layout: MetricLayout(kind), environment: Self.variables, endpoint: standIn.unpacker)
      let recorder = MetricRecorder([exporter])
      let records = Records.some() + Records.some(tenants: (0..<100).map { "t\($0)" }, count: 4)
      for record in records { recorder.record(record) }
      recorder.recordRun(RunMeasurement(command: "seed", result: "good", duration: .seconds(1)))
      #expect(recorder.close(within: .seconds(30)))
      #expect(recorder.lost == 0)
      let script = SharedTestData.packageRoot + "/Tests/OperationMetricsTests/read_metrics.py"
      let (isGood, said) = try PythonClients.run(script, [standIn.moto, "HospitalityAI"])
      try #require(isGood, "\(said)")
      let sums = try JSONDecoder().decode([String: Double].self, from: Data(said.utf8))
      func sum(_ key: String) -> Double { (sums[key] ?? -1).rounded() }
      switch kind {
      case .split:
        #expect(sum("DatabaseOperations Count TenantId=a") == 20)
        #expect(sum("DatabaseOperations Count TenantId=t99") == 4)
        let inserts = records.filter { $0.kind == .insert }
        let bytes = inserts.reduce(0) { $0 + $1.bytesSent + $1.bytesReceived }
        #expect(sum("DatabaseOperationBytes Bytes Operation=insert") == Double(bytes))
      case .full:
        #expect(sum("DatabaseOperations Count Operation=insert StatusCode=OK TenantId=t7") == 1)
        let took = records.filter { $0.tenant == "b" && $0.kind == .select && $0.status == "OK" }
        #expect(
          sum("DatabaseOperationDuration Milliseconds Operation=select StatusCode=OK TenantId=b")
            == Records.durations(of: .select, in: took))
      }
      #expect(sum("DatabaseOperationError Count StatusClass=Denied") == 4)
      #expect(sum("DatabaseRunDuration Milliseconds Command=seed") == 1_000)
      // The requests were long enough to be compressed.
      let (_, packed) = try output(of: "/usr/bin/env", ["curl", "-s", standIn.unpacker], input: "")
      #expect((Int(packed) ?? 0) > 0)
    }
  }

  @Test(
    "What CloudWatch refuses as too much is sent again, once",
    .enabled(
      if: PythonClients.interpreter != nil,
      "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
  func throttled() async throws {
    try await onOwnThread {
      let standIn = try StandIn()
      let exporter = try CloudWatchExporter(
        environment: Self.variables, endpoint: standIn.throttler)
      exporter.export(MetricBatch(records: Records.some()))
      exporter.close(by: .now + .seconds(20))
      #expect(exporter.lost == 0)
      let script = SharedTestData.packageRoot + "/Tests/OperationMetricsTests/read_metrics.py"
      let (isGood, said) = try PythonClients.run(script, [standIn.moto, "HospitalityAI"])
      try #require(isGood, "\(said)")
      let sums = try JSONDecoder().decode([String: Double].self, from: Data(said.utf8))
      #expect(sums["DatabaseOperations Count TenantId=a"] == 20)
    }
  }

  @Test("A namespace or a region that cannot be is told before anything is sent")
  func configuration() {
    #expect(throws: MetricError.self) {
      try CloudWatchExporter(namespace: "AWS/RDS", environment: Self.variables)
    }
    let error = #expect(throws: MetricError.self) {
      try CloudWatchExporter(environment: ["HOME": "/nonexistent"])
    }
    #expect(error?.description.contains("AWS_REGION") == true)
  }

  private static let variables = [
    "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
    "HOME": "/nonexistent",
  ]
}

/// Prometheus's tool.
enum Promtool {
  static let path =
    ["/usr/bin/promtool", "/opt/homebrew/bin/promtool", "/usr/local/bin/promtool"]
    .first { FileManager.default.isExecutableFile(atPath: $0) } ?? ""
  static var isThere: Bool { !path.isEmpty }
}
