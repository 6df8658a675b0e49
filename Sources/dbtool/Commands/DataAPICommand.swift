import AWS
import ArgumentParser
import DataAPIServer
import Migrations
import Postgres
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `dbtool data-api …`.
struct DataAPICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data-api",
    abstract: "The RDS Data API on this machine.",
    subcommands: [Serve.self])

  /// `dbtool data-api serve`.
  struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "serve",
      abstract: "Serve the RDS Data API over HTTP in front of a PostgreSQL database.",
      discussion: """
        Answers as Aurora PostgreSQL Serverless v2 does, with its limits and its errors, so that \
        what works here works there: dbtool, the AWS SDKs and `aws rds-data` take the address as \
        their endpoint. It listens on 127.0.0.1 alone, and serves until it is interrupted.

        Without --url or --env the database is a throwaway server, removed at the end. Any \
        well-formed ARNs of a cluster and a secret are accepted unless --cluster and --secret name \
        those that are. With --verify-signatures requests must be signed with the keys that \
        AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY hold where the server is started.

        --fault KIND[@CALL][xCOUNT] makes something go wrong at that call, counted from 1, and at \
        COUNT calls in all: resuming, throttling, internal-error, internal-error-after, \
        unavailable, gateway-timeout, drop-before, drop-after, slow. The ones with "after", and \
        gateway-timeout, carry the call out first.

        Example:
          dbtool data-api serve --url ephemeral:dev
          aws rds-data execute-statement --region us-east-1 \\
            --endpoint-url http://127.0.0.1:8765 \\
            --resource-arn arn:aws:rds:us-east-1:123456789012:cluster:local \\
            --secret-arn arn:aws:secretsmanager:us-east-1:123456789012:secret:local \\
            --database postgres --sql 'SELECT 1'
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Option(help: "The port on 127.0.0.1; 0 takes any free one.")
    var port = 8765
    @Option(help: ArgumentHelp("The cluster that is served.", valueName: "arn"))
    var cluster: String?
    @Option(help: ArgumentHelp("A secret that is accepted; may be repeated.", valueName: "arn"))
    var secret: [String] = []
    @Flag(help: "Refuse requests that are not signed with this environment's AWS keys.")
    var verifySignatures = false
    @Option(help: ArgumentHelp("How long a statement may run.", valueName: "time"))
    var callTimeout = "45s"
    @Option(help: ArgumentHelp("How long a transaction may lie idle.", valueName: "time"))
    var idleTimeout = "3min"
    @Option(help: ArgumentHelp("Something that goes wrong; may be repeated.", valueName: "fault"))
    var fault: [String] = []

    func run() throws {
      Interrupts.install()
      // A mistake is told before a server is started for it.
      var options = try options()
      let session = try Session(global, defaultURL: "ephemeral:")
      defer { session.close() }
      options.conninfo = try session.conninfo()
      let server: DataAPIServer
      do {
        server = try DataAPIServer(options)
      } catch {
        throw UsageError(
          "port \(port) cannot be listened on: \(error)",
          remedy: "give another one with --port, or --port 0")
      }
      defer { server.stop() }
      try announce(server, options, session.console)
      while !Interrupts.cancellation.isRequested { usleep(100_000) }
    }

    private func options() throws -> DataAPIServerOptions {
      var options = DataAPIServerOptions(conninfo: "")
      guard (0...65_535).contains(port) else { throw UsageError("\(port) is no port") }
      options.port = port
      options.cluster = cluster
      options.secrets = secret
      options.callTimeout = try duration(callTimeout, "--call-timeout")
      options.idleTimeout = try duration(idleTimeout, "--idle-timeout")
      options.faults = try fault.map { text in
        guard let fault = Fault(text) else {
          let kinds = Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
          throw UsageError(
            "--fault \(text) is no fault",
            remedy: "KIND[@CALL][xCOUNT], where KIND is one of \(kinds)")
        }
        return fault
      }
      if verifySignatures {
        let configuration = try SharedConfiguration(
          variables: Environment.current, readFile: { _ in nil })
        guard let credentials = try configuration.environmentCredentials() else {
          throw UsageError(
            "--verify-signatures needs the keys to compare with",
            remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        }
        options.credentials = credentials
      }
      return options
    }

    private func duration(_ text: String, _ option: String) throws -> Duration {
      let limit: TimeLimit
      do {
        limit = try TimeLimit(text)
      } catch {
        throw UsageError("\(option) \(text) \(error.reason)")
      }
      guard limit.milliseconds > 0 else { throw UsageError("\(option) must be more than 0") }
      return .milliseconds(limit.milliseconds)
    }

    private func announce(
      _ server: DataAPIServer, _ options: DataAPIServerOptions, _ console: Console
    ) throws {
      let database = LibPQConnection.settings(ofConninfo: options.conninfo)?["dbname"]
      let cluster = cluster ?? "arn:aws:rds:us-east-1:123456789012:cluster:local"
      let secret =
        secret.first ?? "arn:aws:secretsmanager:us-east-1:123456789012:secret:local"
      let url =
        "data-api://?cluster=\(cluster)&secret=\(secret)"
        + (database.map { "&database=\($0)" } ?? "") + "&endpoint=\(server.endpoint)"
      var report = Report()
      report.line("the Data API listens on \(server.endpoint)", .good)
      report.line("  --url '\(url)'   names it in dbtool")
      report.line(
        "  --endpoint-url \(server.endpoint) --region us-east-1   names it to aws rds-data")
      report.line("  Ctrl-C ends it")
      try console.result(
        report,
        json: [
          "endpoint": server.endpoint, "cluster": cluster, "secret": secret, "url": url,
        ])
    }
  }
}
