import ArgumentParser
import Reports
import Stacks
import YAML

/// `dbtool config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Write parts of dbtool.yaml.",
    subcommands: [FromStack.self])

  /// `dbtool config from-stack FILE`.
  struct FromStack: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "from-stack",
      abstract: "Write the cluster of a CloudFormation stack into an environment of dbtool.yaml.",
      discussion: """
        Reads the outputs of the CDK application in infrastructure/, from the file that cdk deploy \
        --outputs-file writes or from what aws cloudformation describe-stacks prints, and writes the \
        cluster, the secrets, the database, the region and the metrics' namespace into the environment \
        that --env names. Other lines of the file stay as they are, with their comments. Secrets are \
        named by their ARNs; what is in them is never read here.

        Where dbtool.yaml should hold none of that, write from-stack: NAME (and region: REGION) into the \
        environment: the outputs are then asked of CloudFormation by each run.

        Examples:
          dbtool config from-stack outputs.json --env dev
          dbtool config from-stack outputs.json --env dev --dry-run
          aws cloudformation describe-stacks --stack-name Dbtool-prod \\
            | dbtool config from-stack - --env prod --protected
        """)

    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Argument(help: "The file with the outputs; - reads standard input.", completion: .file())
    var file: String
    @Option(help: "The stack, where the file has several with a cluster.")
    var stack: String?
    @Flag(help: "Protect the environment: nothing in it is destroyed without saying so explicitly.")
    var protected = false
    @Flag(help: "Take the place of the url: or from-stack: that the environment has.")
    var replace = false
    @Flag(help: "Show the file as it would be, and write nothing.")
    var dryRun = false

    func validate() throws {
      guard let name = global.env, !name.isEmpty else {
        throw ValidationError("say which environment it is: --env dev")
      }
    }

    func run() throws {
      let path = global.config ?? ConfigurationFile.name
      let bytes = try input()
      try Files.alone(with: path) { try change(path, bytes) }
    }

    private func change(_ path: String, _ bytes: [UInt8]) throws {
      let text = Files.exists(path) ? try Files.read(path) : ""
      // Whatever is wrong with the file is told before it is changed.
      let old = Files.exists(path) ? try ConfigurationFile.load(path) : nil
      let name = global.env ?? ""
      let environment = old?.environments[name]
      if !replace, let environment {
        if environment.url != nil, environment.cluster == nil {
          throw UsageError(
            "the environment \(name) has a url: already", remedy: "--replace takes its place")
        }
        if environment.stack != nil {
          throw UsageError(
            "the environment \(name) asks a stack by from-stack: already",
            remedy: "--replace writes down what the stack says now")
        }
      }
      let outputs: StackOutputs
      let cluster: StackDatabase
      do throws(StackError) {
        outputs = try StackOutputs.read(bytes, stack: stack)
        cluster = try StackDatabase(outputs)
      } catch {
        throw UsageError("\(shownFile): \(error.message)", remedy: error.remedy)
      }
      let new: String
      do {
        new = try YAMLEdit(text).setting(
          EnvironmentSettings.changes(cluster, protects: protected), in: name, of: "environments")
      } catch {
        throw UsageError(
          "\(path):\(error.line): \(error.message)",
          remedy: "write it over several lines, each key on its own")
      }
      let isSame = new == text
      if !dryRun, !isSame { try Files.write(new, to: path) }
      var report = Report()
      if dryRun {
        report.sections.append(.block(new.hasSuffix("\n") ? String(new.dropLast()) : new))
      } else {
        report.line(
          isSame
            ? "\(path) has the stack \(outputs.stack) already"
            : "\(path): environments.\(name) is the cluster of the stack \(outputs.stack)", .good)
        report.line("next: dbtool doctor --env \(name)")
      }
      try global.console.result(
        report,
        json: Result(
          file: path, environment: name, stack: outputs.stack, changed: !isSame && !dryRun,
          cluster: cluster.cluster, ownerSecret: cluster.ownerSecret,
          appSecret: cluster.appSecret, database: cluster.database, region: cluster.region,
          namespace: cluster.namespace))
    }

    private var shownFile: String { file == "-" ? "standard input" : file }

    private func input() throws -> [UInt8] {
      try file == "-" ? Output.standardInput() : Array(try Files.read(file).utf8)
    }

    /// What programs are told.
    private struct Result: Encodable {
      var file: String
      var environment: String
      var stack: String
      var changed: Bool
      var cluster: String
      var ownerSecret: String
      var appSecret: String?
      var database: String?
      var region: String
      var namespace: String?
    }
  }
}
