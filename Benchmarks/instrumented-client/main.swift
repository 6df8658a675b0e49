import DatabaseInstrumentation
import Foundation
import OperationMetrics
import Postgres
import SQLSyntax

// What `Benchmarks/instrumentation` measures:
//
//   instrumented-client selects CONNINFO ROUNDS N   µs of a select of one row, bare and recorded, in turns
//   instrumented-client wrapper N                   µs that recording adds to an operation that does nothing
//   instrumented-client extractor N                 reads what N texts do to a session, for callgrind
//   instrumented-client tenants N                   µs to read a text that was never seen before

let arguments = CommandLine.arguments

/// Takes no note of anything.
final class Nowhere: OperationSink {
  func record(_ record: OperationRecord) {}
}

/// Answers at once.
final class Nothing: Connection {
  let transport = Transport.libpq
  let serverVersion = 150_000
  let transactionStatus = TransactionStatus.idle
  private let result = QueryResult(
    columns: [.init(name: "x")], cells: ["1"], commandTag: "SELECT 1", rowCount: 1, byteCount: 1)

  func execute(_ sql: String, _ parameters: [Parameter]) throws -> QueryResult { result }
  func pipeline(
    _ statements: [PipelineStatement], onOutcome: (Int, PipelineOutcome) -> Void
  ) throws -> [PipelineOutcome] { statements.map { _ in .result(result) } }
  func copyIn(_ sql: String, nextChunk: () throws -> [UInt8]?) throws -> Int { 0 }
  func close() {}
}

func microseconds(_ count: Int, _ body: (Int) throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  for number in 0..<count { try body(number) }
  return (ContinuousClock.now - start) / .microseconds(1) / Double(count)
}

/// A recorder whose exporter does what one does in production, short of sending.
func recorder() -> MetricRecorder {
  let file = NSTemporaryDirectory() + "instrumented-client.prom"
  return MetricRecorder([PrometheusExporter(file: file, interval: .seconds(3_600))])
}

let select = "SELECT abalance FROM accounts WHERE aid = $1"

switch arguments[1] {
case "selects":
  let (rounds, count) = (Int(arguments[3]) ?? 0, Int(arguments[4]) ?? 0)
  let bare = try LibPQConnection(conninfo: arguments[2])
  let sink: any OperationSink
  switch arguments.count > 5 ? arguments[5] : "" {
  case "nowhere": sink = Nowhere()
  case "empty": sink = MetricRecorder([])
  default: sink = recorder()
  }
  let base = try LibPQConnection(conninfo: arguments[2])
  let recorded = InstrumentedConnection(base, mode: .lenient, sink: sink)
  try recorded.execute("SET app.current_tenant_id = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'")
  try bare.execute("SET app.current_tenant_id = 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee'")
  func run(_ connection: any Connection) throws -> Double {
    try microseconds(count) { number in
      let result = try connection.execute(select, [.text(String(number % 1_000 + 1))])
      precondition(result.rowCount == 1)
    }
  }
  // The same session without a wrapper, so that nothing else differs.
  _ = try run(bare)
  _ = try run(recorded)
  for round in 0..<rounds {
    // Each pair in another order, since the machine gets slower and faster by itself.
    let first = try run(round % 2 == 0 ? base : recorded)
    let second = try run(round % 2 == 0 ? recorded : base)
    print(round % 2 == 0 ? "\(first) \(second)" : "\(second) \(first)")
  }
  (sink as? MetricRecorder)?.close(within: .seconds(5))
case "wrapper":
  let count = Int(arguments[2]) ?? 0
  let sink = recorder()
  let nothing: any Connection = Nothing()
  let wrapped: any Connection = InstrumentedConnection(nothing, mode: .lenient, sink: sink)
  try wrapped.execute(
    "SELECT set_config('app.current_tenant_id', 'aaaaaaaa-bbbb-cccc-dddd-ee', false)")
  let parameters = [Parameter.text("17")]
  for _ in 0..<5 {
    let bare = try microseconds(count) { _ in try nothing.execute(select, parameters) }
    let recorded = try microseconds(count) { _ in try wrapped.execute(select, parameters) }
    print(recorded - bare)
  }
  sink.close(within: .seconds(5))
case "extractor":
  let count = Int(arguments[2]) ?? 0
  var found = 0
  for number in 0..<count {
    found += SessionEffect.effects(of: "SELECT abalance FROM accounts WHERE aid = \(number)").count
    found += SessionEffect.effects(of: "SET LOCAL app.current_tenant_id = 'tenant-\(number)'").count
    found +=
      SessionEffect.effects(
        of: "SELECT set_config('app.current_tenant_id', 'tenant-\(number)', true)"
      ).count
  }
  precondition(found == 2 * count)
case "tenants":
  let count = Int(arguments[2]) ?? 0
  for (name, text) in [
    ("select", "SELECT abalance FROM accounts WHERE aid = "),
    ("set local", "SET LOCAL app.current_tenant_id = "),
  ] {
    print(name, microseconds(count) { _ = SessionEffect.effects(of: text + String($0)) })
  }
  print(
    "set_config",
    microseconds(count) {
      _ = SessionEffect.effects(of: "SELECT set_config('app.current_tenant_id', '\($0)', true)")
    })
default:
  print("unknown: \(arguments[1])")
  exit(2)
}
