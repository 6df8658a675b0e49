public import DatabaseInstrumentation
public import Databases
internal import Postgres

extension ConnectionPool {
  /// A pool of connections to a database, through libpq or the RDS Data API.
  ///
  /// - Parameters:
  ///   - database: Where to connect.
  ///   - options: How many connections there are, and how long is waited for one.
  ///   - sink: Takes note of each operation, for example a `MetricRecorder`.
  public convenience init(
    _ database: Database, options: PoolOptions = PoolOptions(), sink: any OperationSink
  ) {
    self.init(options, sink: sink) { try database.connect(cancellation: $0) }
  }
}
