import Stacks
import Testing

@Suite("Outputs of stacks")
struct StackOutputsTests {
  private static let cluster = "arn:aws:rds:eu-central-1:123456789012:cluster:dbtool-dev"
  private static let owner =
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:dbtool/dev/owner-AbCdEf"
  private static let app =
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:dbtool/dev/app-GhIjKl"

  private static let file = """
    {"Dbtool-dev": {"ClusterArn": "\(cluster)", "OwnerSecretArn": "\(owner)", "AppSecretArn": "\(app)",
      "DatabaseName": "hotel & spa", "Region": "eu-central-1", "MetricNamespace": "dbtool/dev"},
     "Website": {"Url": "https://example.com"}}
    """

  private static let description = """
    {"Stacks": [
      {"StackName": "Website", "StackStatus": "CREATE_COMPLETE"},
      {"StackName": "Dbtool-dev", "Outputs": [
        {"OutputKey": "ClusterArn", "OutputValue": "\(cluster)", "Description": "For the Data API"},
        {"OutputKey": "OwnerSecretArn", "OutputValue": "\(owner)"},
        {"OutputKey": "AppSecretArn", "OutputValue": "\(app)"},
        {"OutputKey": "DatabaseName", "OutputValue": "hotel & spa"},
        {"OutputKey": "Region", "OutputValue": "eu-central-1"},
        {"OutputKey": "MetricNamespace", "OutputValue": "dbtool/dev"}]}]}
    """

  @Test("what cdk and aws print say the same", arguments: [file, description])
  func forms(_ text: String) throws {
    let outputs = try StackOutputs.read(Array(text.utf8), stack: nil)
    #expect(outputs.stack == "Dbtool-dev")
    let database = try StackDatabase(outputs)
    #expect(database.cluster == Self.cluster && database.ownerSecret == Self.owner)
    #expect(database.appSecret == Self.app && database.region == "eu-central-1")
    #expect(database.database == "hotel & spa" && database.namespace == "dbtool/dev")
    #expect(database.url.hasSuffix("&database=hotel%20%26%20spa&region=eu-central-1"))
  }

  @Test("a stack that is not there and one that is not said are told with what there is")
  func choice() throws {
    let none = #expect(throws: StackError.self) {
      try StackOutputs.read(Array(Self.file.utf8), stack: "Dbtool-prod")
    }
    #expect(none?.message == "it has no stack Dbtool-prod")
    #expect(none?.remedy == "it has: Dbtool-dev, Website")
    let two = #"{"a": {"ClusterArn": "x"}, "b": {"ClusterArn": "y"}}"#
    let several = #expect(throws: StackError.self) {
      try StackOutputs.read(Array(two.utf8), stack: nil)
    }
    #expect(several?.message == "it has several stacks with a cluster: a, b")
    #expect(try StackOutputs.read(Array(two.utf8), stack: "b")["ClusterArn"] == "y")
    let unfit = #expect(throws: StackError.self) {
      try StackOutputs.read(Array(#"{"Website": {"Url": "x"}}"#.utf8), stack: nil)
    }
    #expect(unfit?.remedy == "it has: Website")
  }

  @Test(
    "anything else is refused",
    arguments: ["", "[]", "{}", "{\"Stacks\": []}", "{\"a\": 1}", "\u{0}", "{\"a\": {\"b\": 1}}"])
  func others(_ text: String) {
    #expect(throws: StackError.self) { try StackOutputs.read(Array(text.utf8), stack: nil) }
  }

  @Test("outputs that are missing or are no ARNs are named")
  func broken() throws {
    func problem(_ values: [String: String]) -> String? {
      #expect(throws: StackError.self) {
        try StackDatabase(StackOutputs(stack: "s", values))
      }?.message
    }
    #expect(problem([:]) == "the stack s has no output ClusterArn")
    #expect(
      problem(["ClusterArn": "main"]) == "the output ClusterArn of s is no ARN of a cluster")
    #expect(problem(["ClusterArn": Self.cluster]) == "the stack s has no output OwnerSecretArn")
    #expect(
      problem(["ClusterArn": Self.cluster, "OwnerSecretArn": "'; DROP"])
        == "the output OwnerSecretArn of s is no ARN of a secret")
    #expect(
      problem(["ClusterArn": Self.cluster, "OwnerSecretArn": Self.owner, "AppSecretArn": "x"])
        == "the output AppSecretArn of s is no ARN of a secret")
    // A region becomes a part of hosts' names.
    #expect(
      problem([
        "ClusterArn": Self.cluster, "OwnerSecretArn": Self.owner, "Region": "example.com/#",
      ]) == "the output Region of s is no region")
  }

  @Test(
    "what only looks like an ARN is refused",
    arguments: [
      ("cluster", "arn:aws:rds:eu-central-1:123456789012:cluster:"),
      ("cluster", "arn:aws:rds:eu-central-1:123456789012:db:dbtool-dev"),
      ("cluster", "arn:aws:rds:example.com/#:123456789012:cluster:dbtool-dev"),
      ("cluster", "${Token[TOKEN.123]}"), ("secret", "\(owner)\nurl: x"),
      ("secret", "\(owner)\u{0}"), ("secret", "arn:aws:secretsmanager"),
      ("secret", "arn:aws:secretsmanager:${Token[AWS.Region.4]}:123456789012:secret:owner-AbCdEf"),
      ("secret", "arn:aws:secretsmanager:eu-central-1::secret:owner-AbCdEf"),
      ("secret", cluster),
    ])
  func unresolved(_ kind: String, _ value: String) {
    let error = #expect(throws: StackError.self) {
      try StackDatabase(
        StackOutputs(
          stack: "s",
          [
            "ClusterArn": kind == "cluster" ? value : Self.cluster,
            "OwnerSecretArn": kind == "secret" ? value : Self.owner,
          ]))
    }
    #expect(error?.message.hasSuffix("is no ARN of a \(kind)") == true)
  }

  @Test("what is left out has the cluster's region, and no database of its own")
  func defaults() throws {
    let database = try StackDatabase(
      StackOutputs(stack: "s", ["ClusterArn": Self.cluster, "OwnerSecretArn": Self.owner]))
    #expect(database.region == "eu-central-1" && database.database == nil)
    #expect(!database.url.contains("database="))
  }
}
