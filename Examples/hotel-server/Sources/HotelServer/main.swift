import Foundation
import Hummingbird
import InstrumentedClient

let environment = ProcessInfo.processInfo.environment
let database = try Database(
  environment["DATABASE_URL"] ?? "postgres://localhost/hospitality", environment: environment)

// Each operation is recorded; a thread of its own hands the records to the exporter.
let metrics = PrometheusExporter(file: environment["METRICS_FILE"] ?? "metrics.prom")
let recorder = MetricRecorder([metrics])

var options = PoolOptions()
options.maximum = 10
options.role = environment["DATABASE_ROLE"]
let pool = ConnectionPool(database, options: options, sink: recorder)

let application = Application(
  router: routes(pool, metrics),
  configuration: ApplicationConfiguration(
    address: .hostname("127.0.0.1", port: Int(environment["PORT"] ?? "") ?? 8080)))
try await application.runService()

// SIGTERM ends up here: what was recorded last goes out as well.
pool.shutDown()
recorder.close(within: .seconds(2))
