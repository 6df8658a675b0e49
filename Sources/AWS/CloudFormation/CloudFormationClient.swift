/// AWS CloudFormation, as far as the outputs of a stack need it.
///
/// AWS CloudFormation API Reference, DescribeStacks.
package struct CloudFormationClient {
  /// A stack as it stands.
  package struct Stack: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// For example `UPDATE_COMPLETE`.
    package var status: String
    /// What it tells of itself.
    package var outputs: [String: String]
  }

  private let service: ServiceClient
  private let endpoint: ServiceEndpoint

  /// A client for an endpoint.
  package init(service: ServiceClient, endpoint: ServiceEndpoint) {
    self.service = service
    self.endpoint = endpoint
  }

  /// A stack.
  ///
  /// - Parameter name: Its name or its ARN.
  /// - Throws: `AWSError`.
  package func stack(_ name: String) throws(AWSError) -> Stack {
    let request = QueryRequest("DescribeStacks", version: "2010-05-15", [("StackName", name)])
    let call = ServiceClient.Call(
      headers: [.init("Content-Type", QueryRequest.contentType)], body: request.body,
      isIdempotent: true, timeout: .seconds(20))
    let answer: [UInt8]
    do throws(AWSError) {
      answer = try service.send(call, to: endpoint)
    } catch {
      throw explained(error, name)
    }
    guard let document = XMLElement(answer),
      let stack = document.first("Stacks")?["member"], let status = stack["StackStatus"]?.text
    else { throw AWSError(.badAnswer, "AWS CloudFormation's answer tells of no stack") }
    let members = stack["Outputs"]?.children ?? []
    let outputs = members.compactMap { output -> (String, String)? in
      guard let key = output["OutputKey"]?.text, let value = output["OutputValue"]?.text else {
        return nil
      }
      return (key, value)
    }
    return Stack(
      name: stack["StackName"]?.text ?? name, status: status,
      outputs: Dictionary(outputs) { first, _ in first })
  }

  private func explained(_ error: AWSError, _ name: String) -> AWSError {
    var result = error
    switch error.type {
    case "ValidationError" where error.message.contains("does not exist"):
      result.message = "there is no stack \(name) in \(endpoint.region)"
      result.remedy = "check its name and the region: aws cloudformation list-stacks"
    case "AccessDenied", "AccessDeniedException":
      result.remedy = "the caller needs cloudformation:DescribeStacks on the stack"
    default: break
    }
    return result
  }
}
