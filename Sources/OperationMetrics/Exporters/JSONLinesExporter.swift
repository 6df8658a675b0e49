internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax

/// Writes each operation as one line of JSON.
///
/// `{"time":"2026-01-31T12:00:00.123456Z","tenant":"a","operation":"select","status":"OK",
/// "durationMs":0.31,"rows":1,"bytesSent":20,"bytesReceived":4,"transport":"libpq","exempt":false}`
public final class JSONLinesExporter: MetricExporter {
  private let output: MetricOutput

  /// Lines for `output`.
  public init(_ output: MetricOutput) { self.output = output }

  /// Lines that could not be written.
  public var lost: Int { output.lost }

  /// Writes the records.
  public func export(_ batch: MetricBatch) {
    var json = JSONBytes()
    for record in batch.records {
      json.object { json in
        json.text(Timestamp.text(record.time), "time")
        if let tenant = record.tenant {
          json.text(tenant, "tenant")
        }
        json.text(record.kind.rawValue, "operation")
        json.text(record.status, "status")
        json.number(record.duration / .milliseconds(1), "durationMs")
        json.integer(Int64(record.rows), "rows")
        json.integer(Int64(record.bytesSent), "bytesSent")
        json.integer(Int64(record.bytesReceived), "bytesReceived")
        json.text(record.transport.rawValue, "transport")
        json.boolean(record.isExempt, "exempt")
      }
      json.newline()
    }
    for run in batch.runs {
      json.object { json in
        json.text(run.command, "run")
        json.text(run.result, "result")
        json.number(run.duration / .milliseconds(1), "durationMs")
      }
      json.newline()
    }
    if batch.dropped > 0 {
      json.object { json in
        json.integer(Int64(batch.dropped), "dropped")
      }
      json.newline()
    }
    output.write(json.bytes, count: batch.records.count + batch.runs.count)
  }

  /// Nothing waits.
  public func flush(at time: Duration) {}
  /// Nothing waits.
  public func drain(by deadline: ContinuousClock.Instant) {}
}
