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
        json.key("time")
        json.text(Timestamp.text(record.time))
        if let tenant = record.tenant {
          json.key("tenant")
          json.text(tenant)
        }
        json.key("operation")
        json.text(record.kind.rawValue)
        json.key("status")
        json.text(record.status)
        json.key("durationMs")
        json.number(record.duration / .milliseconds(1))
        json.key("rows")
        json.integer(Int64(record.rows))
        json.key("bytesSent")
        json.integer(Int64(record.bytesSent))
        json.key("bytesReceived")
        json.integer(Int64(record.bytesReceived))
        json.key("transport")
        json.text(record.transport.rawValue)
        json.key("exempt")
        json.boolean(record.isExempt)
      }
      json.newline()
    }
    for run in batch.runs {
      json.object { json in
        json.key("run")
        json.text(run.command)
        json.key("result")
        json.text(run.result)
        json.key("durationMs")
        json.number(run.duration / .milliseconds(1))
      }
      json.newline()
    }
    if batch.dropped > 0 {
      json.object { json in
        json.key("dropped")
        json.integer(Int64(batch.dropped))
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
