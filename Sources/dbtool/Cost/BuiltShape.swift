import Costs
import Databases
import Stacks

/// What was built, and who says so.
struct BuiltShape {
  /// What was built.
  var given: GivenShape
  /// Who says so; nil where nobody does.
  var source: String?
  /// The cluster's ARN, where a stack tells it.
  var cluster: String?
  /// Where metrics of operations are, where a stack tells it.
  var namespace: String?

  /// What is taken where nobody says anything.
  init() throws { given = try ShapeReader.nothing() }

  /// What somebody says.
  init(given: GivenShape, source: String) {
    self.given = given
    self.source = source
  }

  /// What the outputs of a stack say that are in a file.
  ///
  /// - Parameter stack: The stack's name; nil where the file has one only.
  init(file: String, stack: String?) throws {
    let outputs: StackOutputs
    do {
      outputs = try StackOutputs.read(
        Array(Files.read(file).utf8), stack: stack, holding: StackOutputs.Name.costInputs)
    } catch let error as StackError {
      // Here --stack is the file.
      throw UsageError(
        "\(file): \(error.message)",
        remedy: error.remedy?.replacing("--stack", with: "--stack-name"))
    }
    try self.init(outputs, source: "the stack \(outputs.stack) in \(file)")
  }

  /// What a stack says as it stands now.
  init(_ stack: Configuration.StackReference) throws {
    let outputs = try StackOutputs.live(stack.name, region: stack.region, .current)
    try self.init(outputs, source: "the stack \(outputs.stack)")
  }

  /// What the outputs of a stack say.
  private init(_ outputs: StackOutputs, source: String) throws {
    let name = StackOutputs.Name.costInputs
    guard let text = outputs[name] else {
      let names = outputs.names.isEmpty ? "none" : outputs.names.joined(separator: ", ")
      throw UsageError("\(source) has no output \(name)", remedy: "its outputs: \(names)")
    }
    given = try ShapeReader.read(output: text, source: "\(name) of \(source)")
    self.source = source
    cluster = outputs[StackOutputs.Name.cluster]
    namespace = outputs[StackOutputs.Name.namespace]
  }
}
