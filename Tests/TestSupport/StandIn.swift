package import AWS
import Foundation

/// A stand-in for AWS that runs beside a test, gone when it is no longer used.
package final class StandIn {
  /// Where moto's server for the services listens.
  package let moto: String
  /// Where containers and instances are told who they are, and the SSO portal listens.
  package let metadata: String
  /// Where compressed requests are unpacked on their way to moto's server.
  package let unpacker: String
  /// The same, but the first two requests are refused as too many.
  package let throttler: String
  private let program: SpawnedProgram
  private let input: Pipe

  /// Starts one.
  package init() throws {
    input = Pipe()
    let output = Pipe()
    program = try SpawnedProgram(
      [
        PythonClients.interpreter ?? "",
        SharedTestData.packageRoot + "/Tests/TestSupport/stand_in.py",
      ],
      input: input.fileHandleForReading.fileDescriptor,
      output: output.fileHandleForWriting.fileDescriptor)
    // As long as an end is open here, the other one doesn't see that the program has gone.
    try input.fileHandleForReading.close()
    try output.fileHandleForWriting.close()
    var line = Data()
    while !line.contains(10) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw TestSupportError(message: "the stand-in does not start") }
      line += more
    }
    let addresses = try JSONDecoder().decode([String: String].self, from: line)
    moto = addresses["moto"] ?? ""
    metadata = addresses["metadata"] ?? ""
    unpacker = addresses["unpacker"] ?? ""
    throttler = addresses["throttler"] ?? ""
  }

  deinit {
    try? input.fileHandleForWriting.close()
    _ = program.waitForEnd()
  }

  /// The credentials of a machine with these variables and files.
  package func credentials(
    _ variables: [String: String], files: [String: String] = [:],
    runProgram: @escaping CredentialChain.RunProgram = { _ in (1, "") }
  ) throws -> AWSCredentials {
    let usual = [
      "HOME": "/home/u", "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata, "AWS_REGION": "us-east-1",
      "AWS_ENDPOINT_URL": moto, "AWS_ENDPOINT_URL_SSO": metadata,
    ]
    let configuration = try SharedConfiguration(variables: usual.merging(variables) { $1 }) {
      files[$0]
    }
    return try CredentialChain(configuration, runProgram: runProgram).credentials()
  }

  /// A client whose calls go to moto or, with `metadata`, to the other one.
  package func client(attempts: Int = 3) throws -> ServiceClient {
    var retries = RetryPolicy()
    retries.attempts = attempts
    retries.base = .milliseconds(10)
    return try ServiceClient(
      credentials: CredentialSource { () throws(AWSError) in
        AWSCredentials(accessKeyID: "AKIDTEST", secretAccessKey: "secret")
      }, configuration: try SharedConfiguration(variables: [:], readFile: { _ in nil }),
      retries: retries)
  }

  /// An endpoint of a service, at moto unless it is said where.
  package func endpoint(_ service: String, at origin: String? = nil) -> ServiceEndpoint {
    ServiceEndpoint(origin: origin ?? moto, region: "us-east-1", signingName: service)
  }

  /// Creates a CloudFormation stack that has these outputs and a topic.
  package func createStack(_ name: String, outputs: [String: String]) throws {
    let script = """
      import boto3, json, sys
      outputs = {name: {"Value": value} for name, value in json.loads(sys.argv[3]).items()}
      template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}
      boto3.client("cloudformation", endpoint_url=sys.argv[1], region_name="us-east-1",
                   aws_access_key_id="a", aws_secret_access_key="b").create_stack(
          StackName=sys.argv[2], TemplateBody=json.dumps(template))
      """
    let values = String(decoding: try JSONEncoder().encode(outputs), as: UTF8.self)
    let (isGood, output) = try PythonClients.run("-c", [script, moto, name, values])
    guard isGood else { throw TestSupportError(message: "no stack is made: \(output)") }
  }

  /// Deletes a CloudFormation stack, and gives its ARN.
  package func deleteStack(_ name: String) throws -> String {
    let script = """
      import boto3, sys
      client = boto3.client("cloudformation", endpoint_url=sys.argv[1], region_name="us-east-1",
                            aws_access_key_id="a", aws_secret_access_key="b")
      print(client.describe_stacks(StackName=sys.argv[2])["Stacks"][0]["StackId"], end="")
      client.delete_stack(StackName=sys.argv[2])
      """
    let (isGood, output) = try PythonClients.run("-c", [script, moto, name])
    guard isGood else { throw TestSupportError(message: "no stack is deleted: \(output)") }
    return output
  }

  /// Creates a secret, and gives its ARN.
  package func createSecret(_ name: String, _ text: String) throws -> String {
    struct Answer: Decodable {
      var ARN: String
    }
    let body = try JSONEncoder().encode(["Name": name, "SecretString": text])
    let answer = try client().send(
      ServiceClient.Call(
        headers: [
          .init("Content-Type", "application/x-amz-json-1.1"),
          .init("X-Amz-Target", "secretsmanager.CreateSecret"),
        ], body: Array(body), isIdempotent: false), to: endpoint("secretsmanager"))
    return try JSONDecoder().decode(Answer.self, from: Data(answer)).ARN
  }
}
