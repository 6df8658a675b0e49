#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a CloudFormation stack tells of itself.
package struct StackOutputs: Sendable, Equatable {
  /// The stack's name.
  package var stack: String
  private var values: [String: String]

  /// Outputs of a stack.
  package init(stack: String, _ values: [String: String]) {
    self.stack = stack
    self.values = values
  }

  /// The value of an output; nil when the stack has none of that name.
  package subscript(_ name: String) -> String? { values[name] }

  /// The names, in alphabetical order.
  package var names: [String] { values.keys.sorted() }

  /// The outputs in a file.
  ///
  /// It may be what `cdk deploy --outputs-file` writes, `{"STACK": {"NAME": "VALUE"}}`, or what
  /// `aws cloudformation describe-stacks` prints.
  ///
  /// - Parameters:
  ///   - json: The file.
  ///   - stack: The stack that is meant; nil where the file has one that dbtool can use.
  ///   - needed: The output that tells such a stack from others.
  /// - Throws: `StackError`.
  package static func read(
    _ json: [UInt8], stack: String?, holding needed: String = Name.cluster
  ) throws(StackError) -> StackOutputs {
    let found = try all(json)
    if let stack {
      guard let outputs = found.first(where: { $0.stack == stack }) else {
        throw StackError("it has no stack \(stack)", remedy: "it has: \(list(found))")
      }
      return outputs
    }
    // An application has further stacks beside that of its database.
    let fit = found.filter { $0[needed] != nil }
    guard let outputs = fit.first else {
      throw StackError(
        "none of its stacks has the output \(needed)", remedy: "it has: \(list(found))")
    }
    guard fit.count == 1 else {
      throw StackError(
        "it has several stacks with a cluster: \(list(fit))", remedy: "name one with --stack")
    }
    return outputs
  }

  private static func list(_ outputs: [StackOutputs]) -> String {
    outputs.map(\.stack).joined(separator: ", ")
  }

  private static func all(_ json: [UInt8]) throws(StackError) -> [StackOutputs] {
    let decoder = JSONDecoder()
    let data = Data(json)
    if let description = try? decoder.decode(Description.self, from: data) {
      guard !description.Stacks.isEmpty else { throw StackError("it has no stack") }
      return description.Stacks.map { stack in
        let pairs = (stack.Outputs ?? []).map { ($0.OutputKey, $0.OutputValue) }
        return StackOutputs(stack: stack.StackName, .init(pairs) { first, _ in first })
      }
    }
    if let file = try? decoder.decode([String: [String: String]].self, from: data), !file.isEmpty {
      return file.map { StackOutputs(stack: $0, $1) }.sorted { $0.stack < $1.stack }
    }
    throw StackError(
      "it is neither what cdk deploy --outputs-file writes nor what "
        + "aws cloudformation describe-stacks prints")
  }

  private struct Description: Decodable {
    struct Stack: Decodable {
      var StackName: String
      var Outputs: [Output]?
    }
    struct Output: Decodable {
      var OutputKey: String
      var OutputValue: String
    }
    var Stacks: [Stack]
  }

  /// The outputs that dbtool's own CDK application gives a stack.
  package enum Name {
    /// The ARN of the Aurora cluster.
    package static let cluster = "ClusterArn"
    /// The ARN of the secret of the user that migrates.
    package static let ownerSecret = "OwnerSecretArn"
    /// The ARN of the secret of the application's user.
    package static let appSecret = "AppSecretArn"
    /// The database's name.
    package static let database = "DatabaseName"
    /// The region of the cluster.
    package static let region = "Region"
    /// The namespace of the metrics.
    package static let namespace = "MetricNamespace"
    /// What a month's cost depends on, as JSON.
    package static let costInputs = "CostInputs"
  }
}
