import ArgumentParser
import Costs
import Databases
import OperationMetrics
import Stacks
import YAML

/// `dbtool cost`.
struct CostCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "cost",
    abstract: "Estimate what a month of an environment costs on AWS.",
    discussion: """
      What was built is read from the outputs of its stack, or from cost.shape of the environment in \
      dbtool.yaml; what is used, from these options or from cost of the environment. Each figure is one \
      number, or LOW:EXPECTED:HIGH. What nobody says is guessed, and the report names each guess. \
      No database is opened. AWS is asked for nothing but the outputs of an environment with from-stack and, \
      with --measured, what the cluster used in the last thirty days.

      Examples:
        dbtool cost --env prod
        dbtool cost --stack outputs.json --stack-name Dbtool-prod --acu 2:6:20 --io-millions 400
        dbtool cost --env prod --measured
        dbtool cost --acu 2.5 --storage-gb 100 --request-millions 100 --format json
        dbtool metrics prices > prices.yaml && dbtool cost --env prod --prices prices.yaml
      """)

  @OptionGroup(title: "Options of every command") var global: GlobalOptions
  @OptionGroup(title: "What is used in a month") var used: UsageOptions
  @Option(
    help: ArgumentHelp(
      "A file with the outputs of the stack.",
      discussion:
        "What cdk deploy --outputs-file writes, or aws cloudformation describe-stacks prints."),
    completion: .file(extensions: ["json"]))
  var stack: String?
  @Option(
    help: ArgumentHelp(
      "The stack that is meant, where the file has several.",
      discussion:
        "Of a database in two regions first that of the region that writes, then the other."))
  var stackName: [String] = []
  @Flag(
    help: ArgumentHelp(
      "Take what CloudWatch measured in the last thirty days.",
      discussion:
        "The quietest day, the mean and the busiest one: of capacity, I/O, storage, backups, and of "
        + "operations that dbtool and InstrumentedClient counted in the layout split. Options win.")
  )
  var measured = false
  @Option(help: "A file of prices, as dbtool metrics prices prints it.", completion: .file())
  var prices: String?

  func validate() throws {
    guard stackName.isEmpty || stack != nil else {
      throw ValidationError("--stack-name needs --stack, a file with outputs")
    }
    guard stackName.count <= 2 else {
      throw ValidationError("--stack-name can be given for two regions, not for more")
    }
    guard Set(stackName).count == stackName.count else {
      throw ValidationError("--stack-name is the same for both regions")
    }
    for (item, value) in used.values {
      do {
        try Usage.check(value, item)
      } catch {
        throw ValidationError("--\(item.rawValue) \(error.problem)")
      }
    }
  }

  func run(in session: Session) throws -> ExitStatus {
    let configuration = session.configuration
    let environment = session.environmentName.flatMap { configuration.environments[$0] }
    let prices = try PriceFile.load(
      configuration.priceFile(self.prices, configuration.costPrices, configuration.metrics.prices))
    let built = try built(environment, session)
    let measured = try self.measured ? measurement(of: built.first, environment, session) : nil
    let deployment = built.deployment
    let usage = try usage(
      environment?.cost.usage ?? [:], measured?.values ?? [:], in: deployment, session)
    var layout = configuration.metrics.layout
    layout.kind = deployment.first.metricsLayout ?? layout.kind
    let estimate = CostEstimate(
      deployment, usage, prices.prices,
      .init(layout, isEmbedded: configuration.metrics.kind == .emf))
    let report = CostReport(
      environment: session.environmentName, built: built, usage: usage,
      measured: measured.map { measured in
        measured.values.keys.filter { used.values[$0] == nil }.map(\.rawValue).sorted()
      }, estimate: estimate, prices: prices)
    try session.console.result(report.text, json: CostJSON(report))
    return .good
  }

  /// What was built: as the file of `--stack` says, else the environment, else nobody.
  private func built(
    _ environment: Configuration.Environment?, _ session: Session
  ) throws -> BuiltRegions {
    if let file = stack {
      return try BuiltRegions(
        BuiltShape(file: file, stack: stackName.first),
        second: stackName.dropFirst().first.map { try BuiltShape(file: file, stack: $0) })
    }
    guard let environment, let name = session.environmentName else {
      return try BuiltRegions(BuiltShape())
    }
    let cost = environment.cost
    if let stack = environment.stack {
      return try session.console.during("asking CloudFormation for the stack \(stack.name)") {
        try BuiltRegions(BuiltShape(stack), second: cost.secondStack.map { try BuiltShape($0) })
      }
    }
    guard let shape = cost.shape else { return try BuiltRegions(BuiltShape()) }
    let path = "environments.\(name).cost"
    return try BuiltRegions(
      BuiltShape(given: shape, source: "\(path).shape"),
      second: cost.secondShape.map { BuiltShape(given: $0, source: "\(path).second-shape") })
  }

  /// What the cluster used that the stack, the environment or --url names.
  private func measurement(
    of first: BuiltShape, _ environment: Configuration.Environment?, _ session: Session
  ) throws -> MeasuredUsage {
    var cluster = first.cluster ?? environment?.cluster?.cluster
    if cluster == nil, case .dataAPI(let address) = try session.url.map(DatabaseURL.init) {
      cluster = address.cluster
    }
    guard let cluster else {
      throw UsageError(
        "--measured needs a cluster",
        remedy: "name its stack by --stack or from-stack:, or the cluster by a data-api:// URL")
    }
    let metrics = session.configuration.metrics
    let namespace = first.namespace ?? environment?.cluster?.namespace ?? metrics.namespace
    return try session.console.during("asking CloudWatch for what was used") {
      try Measurement(cluster: cluster, namespace: namespace, endpoint: metrics.endpoint)
        .read(in: first.given.shape)
    }
  }

  /// What is used: options win over what was measured, and that over the file.
  private func usage(
    _ configured: [UsageItem: Spread], _ measured: [UsageItem: Spread], in deployment: Deployment,
    _ session: Session
  ) throws -> Usage {
    let options = used.values
    do {
      return try Usage(
        configured.merging(measured) { $1 }.merging(options) { $1 }, in: deployment)
    } catch {
      let key = error.item.rawValue
      let name =
        options[error.item] != nil
        ? "--\(key)"
        : measured[error.item] != nil
          ? "the measured \(key)" : "environments.\(session.environmentName ?? "").cost.\(key)"
      throw UsageError("\(name) \(error.problem)")
    }
  }
}
