internal import AWS
package import Databases

extension StackOutputs {
  /// The outputs of a stack as it stands now.
  ///
  /// - Parameters:
  ///   - stack: Its name or its ARN.
  ///   - region: Where it is; nil for the region of the AWS configuration.
  ///   - host: Who asks.
  /// - Throws: `StackError` for one that is being made or was deleted, `AWSError`, and `DatabaseURLError` when
  ///   no region is known.
  package static func live(
    _ stack: String, region: String?, _ host: HostEnvironment
  ) throws -> StackOutputs {
    let environment = try AWSEnvironment(orRegion: region, host)
    let client = CloudFormationClient(
      service: try environment.service(isCancelled: host.isCancelled),
      endpoint: try environment.endpoint("cloudformation", variable: "CLOUDFORMATION"))
    let found = try client.stack(stack)
    // While it is updated or rolled back, the outputs are those of what stands.
    switch found.status {
    case "CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS":
      throw StackError(
        "the stack \(found.name) is in the state \(found.status)",
        remedy: "wait until it stands: aws cloudformation wait stack-create-complete")
    case "DELETE_COMPLETE":
      throw StackError("the stack \(found.name) was deleted", remedy: "name one that stands")
    default: break
    }
    return StackOutputs(stack: found.name, found.outputs)
  }
}
