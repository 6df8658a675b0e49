import DatabaseInstrumentation
import Foundation
import SQLSyntax
import Synchronization
import TestSupport
import Testing

@testable import OperationMetrics

/// Keeps what it is given, and takes its time when asked to.
private final class SlowExporter: MetricExporter {
  private let kept = Mutex<(records: [OperationRecord], dropped: Int, isClosed: Bool)>(
    ([], 0, false))
  private let pause: UInt32
  let lost = 0

  init(pause: UInt32 = 0) { self.pause = pause }

  var records: [OperationRecord] { kept.withLock { $0.records } }
  var dropped: Int { kept.withLock { $0.dropped } }
  var isClosed: Bool { kept.withLock { $0.isClosed } }

  func export(_ batch: MetricBatch) {
    usleep(pause)
    kept.withLock {
      $0.records += batch.records
      $0.dropped += batch.dropped
    }
  }
  func flush(at time: Duration) {}
  func drain(by deadline: ContinuousClock.Instant) {}
  func close(by deadline: ContinuousClock.Instant) { kept.withLock { $0.isClosed = true } }
}

@Suite("The recorder of metrics")
struct RecorderTests {
  @Test("Every record arrives, in order, and what is left goes out at the end")
  func order() {
    let exporter = SlowExporter()
    let recorder = MetricRecorder([exporter])
    for number in 0..<5_000 {
      recorder.record(OperationRecord(tenant: nil, kind: .select, duration: .zero, rows: number))
    }
    #expect(recorder.close(within: .seconds(10)))
    #expect(exporter.records.map(\.rows) == Array(0..<5_000))
    #expect(exporter.isClosed)
    #expect(recorder.lost == 0)
    // A second end has nothing to do.
    #expect(recorder.close(within: .seconds(1)))
  }

  @Test(
    "While an exporter hangs, recording goes on, and the oldest records are dropped and counted")
  func hangs() {
    let exporter = SlowExporter(pause: 1_500_000)
    var options = MetricRecorder.Options()
    options.capacity = 1_000
    options.interval = .milliseconds(1)
    let recorder = MetricRecorder([exporter], options: options)
    recorder.record(OperationRecord(tenant: nil, kind: .select, duration: .zero, rows: -1))
    // The exporter has begun to hang.
    usleep(200_000)
    let start = ContinuousClock.now
    for number in 0..<100_000 {
      recorder.record(OperationRecord(tenant: nil, kind: .select, duration: .zero, rows: number))
    }
    #expect(ContinuousClock.now - start < .seconds(1))
    #expect(recorder.close(within: .seconds(20)))
    #expect(exporter.records.map(\.rows) == [-1] + Array(99_000..<100_000))
    #expect(exporter.dropped == 99_000)
    #expect(recorder.lost == 99_000)
  }

  @Test("A flush writes what is there at once, and recording goes on")
  func flush() throws {
    let file = TemporaryFile()
    let exporter = EmbeddedMetricExporter(
      try MetricOutput(file: file.path), interval: .seconds(3_600))
    let recorder = MetricRecorder([exporter])
    for round in 1...3 {
      recorder.record(OperationRecord(tenant: "t\(round)", kind: .select, duration: .zero))
      #expect(recorder.flush(within: .seconds(10)))
      #expect(file.lines.count == round)
      #expect(file.lines.last?.contains("\"TenantId\":\"t\(round)\"") == true)
    }
    recorder.close(within: .seconds(10))
    #expect(recorder.flush(within: .seconds(10)))
    #expect(file.lines.count == 3)
    // It waits no longer than it was told to.
    let slow = MetricRecorder([SlowExporter(pause: 2_000_000)])
    slow.record(OperationRecord(tenant: nil, kind: .select, duration: .zero))
    #expect(!slow.flush(within: .milliseconds(100)))
  }

  @Test("The end waits no longer than it was told to")
  func bound() {
    let recorder = MetricRecorder([SlowExporter(pause: 3_000_000)])
    recorder.record(OperationRecord(tenant: nil, kind: .select, duration: .zero))
    usleep(300_000)
    let start = ContinuousClock.now
    #expect(!recorder.close(within: .milliseconds(100)))
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test(
    "A million operations against a CloudWatch that is dead cost little memory, and end in time")
  func deadEndpoint() throws {
    let problems = Mutex<[String]>([])
    // Nobody listens at this port.
    let exporter = try CloudWatchExporter(
      layout: MetricLayout(.full),
      environment: [
        "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hunter2",
      ], endpoint: "http://127.0.0.1:9",
      onProblem: { text in problems.withLock { $0.append(text) } })
    let recorder = MetricRecorder([exporter])
    let before = residentBytes()
    for number in 0..<1_000_000 {
      recorder.record(
        OperationRecord(
          tenant: "tenant-\(number % 5_000)", kind: .select,
          // An hour goes by, minute after minute.
          time: .seconds(1_700_000_000 + number / 300), duration: .microseconds(number % 997),
          bytesSent: number % 89))
    }
    let start = ContinuousClock.now
    recorder.close(within: .seconds(2))
    #expect(ContinuousClock.now - start < .seconds(4))
    #expect(residentBytes() - before < 200_000_000)
    #expect(recorder.lost > 0)
    #expect(problems.withLock { $0.count } <= 1)
    #expect(problems.withLock { $0.allSatisfy { !$0.contains("hunter2") } })
  }

  private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(getpagesize()) : 0
  }
}
