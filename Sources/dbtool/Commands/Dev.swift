import ArgumentParser
import LocalPostgres
import Reports

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `dbtool dev …`.
struct Dev: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev",
    abstract: "Keep a local PostgreSQL server for development.",
    discussion: """
      Uses the PostgreSQL that is installed; nothing needs root or Docker. The server listens on a \
      private socket and on a loopback port, and its data lie under .dbtool/NAME. It is fast and not \
      durable: do not keep anything in it that you cannot make again.

      Example:
        dbtool dev start
        dbtool migrate up --url ephemeral:dev
        dbtool dev psql
      """,
    subcommands: [Start.self, Stop.self, URL.self, Psql.self])

  /// Which server, shared by the subcommands.
  struct Which: ParsableArguments {
    @Argument(help: "The name of the server.")
    var name = "dev"
    @OptionGroup(title: "Options of every command") var global: GlobalOptions

    func cluster() throws -> NamedCluster {
      try NamedCluster(
        name, projectDirectory: try ConfigurationFile.load(global.config).folder,
        options: try ServerOptions(environment: Environment.current))
    }

    /// - Throws: `UsageError` when the server does not run.
    func runningAddress() throws -> ServerAddress {
      guard let address = try cluster().address else {
        throw UsageError(
          "the server \"\(name)\" does not run", remedy: "dbtool dev start \(name) starts it")
      }
      return address
    }
  }

  /// `dbtool dev start`.
  struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "start", abstract: "Start the server, and keep it running.",
      discussion: """
        The first start makes its data, in .dbtool/NAME beside dbtool.yaml; the next ones find them there.

        Examples:
          dbtool dev start           the server dev, which --url ephemeral:dev names
          dbtool dev start shop      one of another name
        """)
    @OptionGroup var which: Which

    func run() throws {
      let cluster = try which.cluster()
      let address = try which.global.console.during("starting the server \(which.name)") {
        try cluster.start()
      }
      var report = Report()
      report.line("\(which.name) runs on 127.0.0.1:\(address.port)", .good)
      report.line("  --url ephemeral:\(which.name)   names it in dbtool")
      report.line(
        "  dbtool dev url \(which.name)    prints its URL, with the password, for other programs")
      try which.global.console.result(
        report, json: StartJSON(name: which.name, port: address.port))
    }
  }

  /// What `dev start` gives to programs.
  struct StartJSON: Encodable {
    var name: String
    var port: Int
  }

  /// `dbtool dev stop`.
  struct Stop: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stop", abstract: "Stop the server; its data stay.",
      discussion: """
        Examples:
          dbtool dev stop
          dbtool dev stop --remove      deletes its data as well
        """)
    @OptionGroup var which: Which
    @Flag(help: "Delete the data as well.")
    var remove = false

    func run() throws {
      let cluster = try which.cluster()
      let wasRunning = try cluster.stop()
      let removes = remove && Files.exists(cluster.directory)
      if removes { try cluster.remove() }
      var report = Report()
      report.line(
        "\(which.name) \(wasRunning ? "stopped" : "was not running")\(removes ? ", removed" : "")")
      try which.global.console.result(
        report, json: ["stopped": wasRunning, "removed": removes])
    }
  }

  /// `dbtool dev url`.
  struct URL: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "url", abstract: "Print the server's URL, with its password.",
      discussion: """
        For other programs; dbtool itself takes --url ephemeral:NAME.

        Example: DATABASE_URL=$(dbtool dev url) npm start
        """)
    @OptionGroup var which: Which

    func run() throws {
      let url = try which.runningAddress().url()
      var report = Report()
      report.line(url)
      try which.global.console.result(report, json: ["url": url])
    }
  }

  /// `dbtool dev psql`.
  struct Psql: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "psql",
      abstract: "Open psql on the server.",
      discussion: """
        Arguments after -- go to psql.

        Examples:
          dbtool dev psql
          dbtool dev psql -- -c 'SELECT 1'
        """)
    @OptionGroup var which: Which
    @Argument(parsing: .postTerminator, help: "Arguments for psql.")
    var arguments: [String] = []

    func run() throws {
      // The socket needs no password, so none appears in the process list.
      let address = try which.runningAddress()
      let words = ["psql", "-d", address.conninfo] + arguments
      var pointers = words.map { strdup($0) }
      pointers.append(nil)
      // psql | head should end as it does without dbtool.
      signal(SIGPIPE, SIG_DFL)
      execvp("psql", &pointers)
      throw UsageError(
        "psql cannot be started: \(String(cString: strerror(errno)))",
        remedy: "install the PostgreSQL client")
    }
  }
}
