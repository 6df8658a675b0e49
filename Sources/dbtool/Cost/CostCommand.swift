import ArgumentParser
import Costs
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
      No database is opened; AWS is asked only for the outputs of an environment with from-stack.

      Examples:
        dbtool cost --env prod
        dbtool cost --stack outputs.json --stack-name Dbtool-prod --acu 2:6:20 --io-millions 400
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
  @Option(help: "The stack that is meant, where the file has several.")
  var stackName: String?
  @Option(help: "A file of prices, as dbtool metrics prices prints it.", completion: .file())
  var prices: String?

  func validate() throws {
    guard stackName == nil || stack != nil else {
      throw ValidationError("--stack-name needs --stack, a file with outputs")
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
    let usage = try usage(environment?.cost.usage ?? [:], in: built.given.shape, session)
    var layout = configuration.metrics.layout
    layout.kind = built.given.shape.metricsLayout ?? layout.kind
    let estimate = CostEstimate(
      built.given.shape, usage, prices.prices,
      .init(layout, isEmbedded: configuration.metrics.kind == .emf))
    let report = CostReport(
      environment: session.environmentName, built: built, usage: usage, estimate: estimate,
      prices: prices)
    try session.console.result(report.text, json: CostJSON(report))
    return .good
  }

  /// What was built: as the file of `--stack` says, else the environment, else nobody.
  private func built(
    _ environment: Configuration.Environment?, _ session: Session
  ) throws -> BuiltShape {
    if let stack { return try BuiltShape(file: stack, stack: stackName) }
    guard let environment, let name = session.environmentName else { return try BuiltShape() }
    if let stack = environment.stack {
      return try session.console.during("asking CloudFormation for the stack \(stack.name)") {
        try BuiltShape(stack)
      }
    }
    return try environment.cost.shape.map {
      BuiltShape(given: $0, source: "environments.\(name).cost.shape")
    } ?? BuiltShape()
  }

  private func usage(
    _ configured: [UsageItem: Spread], in shape: StackShape, _ session: Session
  ) throws -> Usage {
    let options = used.values
    do {
      return try Usage(configured.merging(options) { $1 }, in: shape)
    } catch {
      let name =
        options[error.item] == nil
        ? "environments.\(session.environmentName ?? "").cost.\(error.item.rawValue)"
        : "--\(error.item.rawValue)"
      throw UsageError("\(name) \(error.problem)")
    }
  }
}
