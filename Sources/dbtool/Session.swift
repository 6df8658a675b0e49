import DatabaseInstrumentation
import Databases
import LocalPostgres
import OperationMetrics
import Postgres
import Runs
import Stacks

/// What a command works with: the configuration, the console, and the database.
final class Session {
  let configuration: Configuration
  let console: Console
  /// What is remembered of this run.
  let run = CommandRun()
  /// Counts every operation of the run by tenant, for `--verbose`.
  let summary = OperationSummary()
  private let tally = OperationTally()
  private let recorder: MetricRecorder?
  /// The database as it was named.
  let url: String?
  /// The stack that tells where it is.
  private let stack: Configuration.StackReference?
  /// The environment that --env names.
  let environmentName: String?
  /// The connection that was opened first, over which the run is noted.
  private var connection: InstrumentedConnection?
  private var server: EphemeralServer?
  private var named: NamedServer?
  /// What SQL may do on a throwaway server that is started for this run.
  var rights = ServerRights.superuser
  private var known: DatabaseAccess?

  /// - Parameters:
  ///   - defaultURL: The database where neither --url nor --env names one; nil for that of
  ///     DATABASE_URL or of the configuration.
  ///   - trustsConfiguration: False where the configuration does not say where metrics go.
  init(
    _ options: GlobalOptions, defaultURL: String? = nil, trustsConfiguration: Bool = true
  ) throws {
    console = options.console
    // Not after the work was done.
    if let output = options.output { try Files.checkWritable(output) }
    configuration = try ConfigurationFile.load(options.config)
    let environment: Configuration.Environment?
    if let name = options.env {
      guard let found = configuration.environments[name] else {
        let known = configuration.environments.keys.sorted().joined(separator: ", ")
        throw UsageError(
          "there is no environment \"\(name)\" in \(ConfigurationFile.name)",
          remedy: known.isEmpty ? nil : "it has: \(known)")
      }
      environment = found
    } else {
      environment = nil
    }
    environmentName = options.env
    stack = options.url == nil ? environment?.stack : nil
    var metrics = configuration.metrics
    if let cluster = environment?.cluster {
      metrics.namespace = cluster.namespace ?? metrics.namespace
      metrics.region = metrics.region ?? cluster.region
    }
    if !trustsConfiguration {
      metrics.kind = .none
      metrics.file = nil
      metrics.endpoint = nil
    }
    if let kind = options.metrics { metrics.kind = kind }
    recorder = try MetricsSetup(
      metrics: metrics, console: console, configuration: configuration
    ).recorder()
    // CI systems set a variable to nothing to unset it.
    let fromEnvironment = Environment.current["DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 }
    url =
      stack != nil
      ? nil : options.url ?? environment?.url ?? defaultURL ?? fromEnvironment ?? configuration.url
  }

  deinit { close() }

  /// A connection to the database of this run; a throwaway server is started when one is asked for.
  ///
  /// - Parameters:
  ///   - runsDDL: False when nothing may be created, not even for the time of a transaction.
  ///   - settings: The settings that name the tenant, where they are not the configuration's.
  func connect(
    runsDDL: Bool = true, settings: ContextSettings? = nil
  ) throws -> InstrumentedConnection {
    let console = console
    let access = try access()
    let base = try console.during("connecting to \(targetName)") {
      try access.connect(cancellation: Interrupts.cancellation, runsDDL: runsDDL) { waited in
        let seconds = waited.components.seconds
        console.progress(
          "the cluster is resuming…" + (seconds > 0 ? " (for \(seconds) s)" : ""))
      }
    }
    let connection = instrument(settings)(base)
    self.connection = self.connection ?? connection
    return connection
  }

  /// What has every operation of a connection recorded, as an administrator's where it has no tenant; also
  /// for connections that other threads open.
  func instrument(
    _ settings: ContextSettings? = nil
  ) -> @Sendable (any Connection) -> InstrumentedConnection {
    let (settings, sink) = (settings ?? configuration.tenancy.contextSettings, sink)
    // The pipeline that runs dbtool may be traced: what it started is then found in the server's log.
    let parent = Environment.current["TRACEPARENT"].flatMap { TraceParent($0) }
    let trace = parent.map { StatementTrace($0, tags: ["application": "dbtool"]) }
    return { base in
      let connection = InstrumentedConnection(base, settings: settings, mode: .exempt, sink: sink)
      connection.trace = trace
      return connection
    }
  }

  private var sink: any OperationSink {
    var sinks: [any OperationSink] = [tally]
    if let recorder { sinks.append(recorder) }
    if console.isVerbose { sinks.append(summary) }
    return sinks.count == 1 ? tally : SinkGroup(sinks)
  }

  /// Notes the run where it belongs, sends what metrics there are, and stops what was started for it.
  func finish(_ memory: RunMemory, _ end: RunEnd) {
    note(memory, end)
    recorder?.recordRun(
      RunMeasurement(
        command: memory.command, result: end.result.rawValue, duration: run.duration))
    if let recorder, !recorder.close(within: .seconds(2)) {
      console.detail("metrics were not all sent within two seconds")
    }
    if let lost = recorder?.lost, lost > 0 { console.detail("metrics lost: \(lost)") }
    close()
  }

  private func note(_ memory: RunMemory, _ end: RunEnd) {
    // A throwaway server is gone in a moment, and so would be the row.
    guard let connection, server == nil else { return }
    run.count("statements", tally.count)
    runNote.write(memory, end, on: connection, target: targetName)
  }

  /// What writes this run down, also from other threads and in other databases.
  var runNote: RunNote {
    RunNote(
      run: run, folder: configuration.folder, running: configuration.running, console: console)
  }

  /// True for a server that dbtool keeps itself on this machine.
  var isLocal: Bool {
    switch url.flatMap({ try? DatabaseURL($0) }) {
    case .ephemeral, .named: true
    default: false
    }
  }

  /// The database's name, without a password.
  var databaseName: String { targetName }

  /// The connection that was opened first, or one now: what several stages share.
  func sharedConnection() throws -> InstrumentedConnection {
    if let connection, !connection.isBroken { return connection }
    return try connect()
  }

  /// Ends the shared connection; the next who asks for it gets a new one.
  func disconnect() {
    connection?.close()
    connection = nil
  }

  /// The server that was started for this run, where it was.
  var throwawayServer: ServerAddress? { server?.address }

  private var targetName: String {
    environmentName ?? url.flatMap { try? TargetName.name(DatabaseURL($0)) } ?? ""
  }

  /// Opens further connections to the same database, also from other threads.
  func connector() throws -> @Sendable () throws -> any Connection {
    let access = try access()
    return { try access.connect(connectTimeout: 2) }
  }

  /// Stops what was started for this run.
  func close() {
    disconnect()
    server?.stop()
    server = nil
    named?.release()
    named = nil
    known = nil
  }

  /// The database of this run as libpq takes it.
  ///
  /// - Throws: `UsageError` for one that libpq does not reach.
  func conninfo() throws -> String {
    guard let conninfo = try access().conninfo else {
      throw UsageError("this command needs a database that libpq reaches, not data-api://")
    }
    return conninfo
  }

  private func access() throws -> DatabaseAccess {
    if let known { return known }
    let access = try findAccess()
    known = access
    return access
  }

  private func findAccess() throws -> DatabaseAccess {
    if let stack {
      let database = try console.during("asking CloudFormation for the stack \(stack.name)") {
        try StackDatabase(.live(stack.name, region: stack.region, .current))
      }
      if let access = try DatabaseAccess(DatabaseURL(database.url), .current) { return access }
    }
    guard let url, !url.isEmpty else {
      throw UsageError(
        "no database is named",
        remedy: "give --url, set DATABASE_URL, or write url: in \(ConfigurationFile.name); "
          + "--url ephemeral: starts a throwaway server")
    }
    let named = try DatabaseURL(url)
    if let access = try DatabaseAccess(named, .current) { return access }
    return DatabaseAccess(conninfo: try startServer(named).conninfo)
  }

  /// The address of a server that dbtool starts for this run.
  private func startServer(_ url: DatabaseURL) throws -> ServerAddress {
    if case .named(let name) = url {
      let server = try console.during("starting the server \(name)") {
        try named ?? NamedServer(name, project: configuration.folder)
      }
      named = server
      return server.address
    }
    console.progress("starting a throwaway PostgreSQL server")
    let server = try console.during("starting a throwaway PostgreSQL server") {
      try EphemeralServer.start(
        try ServerOptions(environment: Environment.current), rights: rights)
    }
    self.server = server
    return server.address
  }
}

extension HostEnvironment {
  /// Those of this process.
  static var current: HostEnvironment {
    HostEnvironment(Environment.current, isCancelled: { Interrupts.cancellation.isRequested })
  }
}
