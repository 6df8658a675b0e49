import Foundation
import TestSupport
import Testing

@Suite("dbtool cost", .besideOthers)
struct CostTests {
  @Test("what was built comes from the outputs of a stack, as both tools write them")
  func stack() throws {
    try withBareProject { project in
      let options = ["--acu", "4", "--format", "json"]
      try project.write("cdk.json", CostProject.outputs(CostProject.inputs))
      let fromCDK = try project.run(["cost", "--stack", "cdk.json"] + options)
      let lines = try fromCDK.costs()
      #expect(lines["capacity of readers"] == 350.4 && lines["secrets"] == 1.2)
      #expect(lines["Database Insights"] == 18.25)
      let text = CostProject.inputs.replacing("\"", with: "\\\"")
      try project.write(
        "aws.json",
        """
        {"Stacks": [{"StackName": "Dbtool-prod",
          "Outputs": [{"OutputKey": "CostInputs", "OutputValue": "\(text)"}]}]}
        """)
      let fromAWS = try project.run(["cost", "--stack", "aws.json"] + options)
      #expect(try fromAWS.costs() == lines)
    }
  }

  @Test(
    "an environment with from-stack asks CloudFormation, and what that has not is told",
    .enabled(
      if: PythonClients.has(["boto3", "moto"]),
      "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
  func live() async throws {
    try await onOwnThread {
      let standIn = try StandIn()
      try withBareProject { project in
        try standIn.createStack("Dbtool-prod", outputs: ["CostInputs": CostProject.inputs])
        let first = CostProject.inputs.replacing(":false", with: ":true")
        let second = first.replacing("\"secrets\":3", with: "\"secrets\":2")
        try standIn.createStack("First", outputs: ["CostInputs": first])
        try standIn.createStack("Second", outputs: ["CostInputs": second])
        try standIn.createStack("Other", outputs: ["Topic": "x"])
        try project.write(
          "dbtool.yaml",
          """
          environments:
            prod: {from-stack: Dbtool-prod, region: us-east-1, cost: {acu: 4}}
            other: {from-stack: Other, region: us-east-1}
            world:
              from-stack: First
              region: us-east-1
              cost: {acu: 4, second-stack: {name: Second, region: us-east-1}}
            none: {from-stack: None, region: us-east-1}
          """)
        let environment = LocalDataAPI.environment.merging([
          "AWS_ENDPOINT_URL_CLOUDFORMATION": standIn.moto
        ]) { $1 }
        func run(_ name: String, _ format: String = "text") throws -> Outcome {
          try project.run(["cost", "--env", name, "--format", format], environment: environment)
        }
        let prod = try run("prod", "json")
        #expect(try prod.costs()["capacity of readers"] == 350.4)
        #expect(try prod.json()["built"] as? [String] == ["the stack Dbtool-prod"])
        let world = try run("world", "json").costs()
        #expect(world["capacity in eu-west-1"] == 700.8 && world["secrets"] == 2)
        let other = try run("other")
        #expect(other.status == 2 && other.stderr.contains("no output CostInputs"), "\(other)")
        let none = try run("none")
        #expect(none.status == 3 && none.stderr.contains("no stack None"), "\(none)")
      }
    }
  }

  @Test(
    "what CloudWatch measured is taken, options win, and without values there is a guess",
    .enabled(
      if: PythonClients.has(["boto3", "moto"]),
      "the Python environment .venv-aws is not there: scripts/bootstrap test makes it"))
  func measured() async throws {
    try await onOwnThread {
      let standIn = try StandIn()
      try withBareProject { project in
        let script = """
          import boto3, datetime, sys
          client = boto3.client("cloudwatch", endpoint_url=sys.argv[1], region_name="eu-west-1",
              aws_access_key_id="x", aws_secret_access_key="y")
          now = datetime.datetime.now(datetime.timezone.utc)
          noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
          def put(namespace, name, dimension, value, day, repeats=1):
              client.put_metric_data(Namespace=namespace, MetricData=[{
                  "MetricName": name, "Dimensions": [dict(zip(("Name", "Value"), dimension))],
                  "Timestamp": noon - datetime.timedelta(days=day),
                  "Values": [value], "Counts": [repeats]}])
          cluster = ("DBClusterIdentifier", "main")
          for day, acu in ((1, 2), (2, 4), (3, 6)):
              put("AWS/RDS", "ServerlessDatabaseCapacity", cluster, acu, day)
              put("AWS/RDS", "VolumeReadIOPs", cluster, 1_000_000, day)
              put("AWS/RDS", "VolumeWriteIOPs", cluster, 2_000_000, day)
              put("Hotels", "DatabaseOperationDuration", ("Operation", "select"), 1.5, day, 100)
              put("Hotels", "DatabaseOperationDuration", ("Operation", "insert"), 2.5, day, 50)
          put("AWS/RDS", "VolumeBytesUsed", cluster, 5 * 2**30, 1)
          # Today is not over, and forty days are too long ago.
          put("AWS/RDS", "ServerlessDatabaseCapacity", cluster, 60, 0)
          put("AWS/RDS", "ServerlessDatabaseCapacity", cluster, 60, 40)
          """
        let (isGood, said) = try PythonClients.run("-c", [script, standIn.moto])
        try #require(isGood, "\(said)")
        try project.write(
          "dbtool.yaml",
          """
          metrics: {namespace: Hotels}
          environments:
            prod:
              url: "data-api://?cluster=arn:aws:rds:eu-west-1:123456789012:cluster:main&secret=arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf&database=d"
              cost:
                shape: {minimum-capacity: 1, maximum-capacity: 64}
            other:
              url: "data-api://?cluster=arn:aws:rds:eu-west-1:123456789012:cluster:x&secret=arn:aws:secretsmanager:eu-west-1:123456789012:secret:s-AbCdEf&database=d"
            none:
              url: postgres://nowhere.invalid/db
          """)
        let environment = LocalDataAPI.environment.merging([
          "AWS_ENDPOINT_URL_CLOUDWATCH": standIn.moto
        ]) { $1 }
        func run(_ arguments: String...) throws -> Outcome {
          try project.run(["cost", "--measured"] + arguments, environment: environment)
        }
        let outcome = try run("--env", "prod", "--format", "json")
        let json = try outcome.json()
        let used = try #require(json["usage"] as? [[String: Any]], "\(outcome)")
        func value(_ name: String) -> [String: Double]? {
          used.first { $0["name"] as? String == name }?["value"] as? [String: Double]
        }
        #expect(value("acu") == ["low": 2, "expected": 4, "high": 6])
        #expect(abs((value("io-millions")?["expected"] ?? 0) - 91.25) < 0.001)
        let requests = (value("request-millions")?["expected"] ?? 0) * 1_000_000
        #expect(abs(requests - 150 * 730 / 24) < 0.001)
        #expect(value("storage-gb")?["expected"] == 5)
        let names = ["acu", "io-millions", "reader-acu", "request-millions", "storage-gb"]
        #expect(json["measured"] as? [String] == names)
        let option = try run("--env", "prod", "--acu", "3", "--format", "json")
        #expect(try option.costs()["capacity of the writer"] == 262.8)
        #expect(try option.json()["measured"] as? [String] == Array(names.dropFirst()))
        let empty = try run("--env", "other", "--acu", "1")
        #expect(empty.status == 0 && empty.stdout.contains("measured, by"), "\(empty)")
        #expect(empty.stdout.contains(/storage-gb +1 : 20 : 100 +a young/), "\(empty)")
        let none = try run("--env", "none")
        #expect(none.status == 2 && none.stderr.contains("needs a cluster"), "\(none)")
      }
    }
  }

  @Test(
    "what the CDK application tells of every environment is read, and nothing in it is left to guess"
  )
  func templates() throws {
    try withBareProject { project in
      let folder = "\(SharedTestData.packageRoot)/infrastructure/golden"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.count >= 5)
      for name in names {
        let template = try JSONSerialization.jsonObject(
          with: Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
        let outputs = (template as? [String: Any])?["Outputs"] as? [String: Any]
        let inputs = (outputs?["CostInputs"] as? [String: Any])?["Value"] as? String
        try project.write("outputs.json", CostProject.outputs(try #require(inputs, "\(name)")))
        let json = try project.run("cost", "--stack", "outputs.json", "--format", "json").json()
        #expect(json["builtUnsaid"] as? [String] == [], "\(name)")
        #expect((json["lines"] as? [Any] ?? []).count > 8, "\(name)")
      }
    }
  }

  @Test("of a global database both regions are named, first the one that writes")
  func regions() throws {
    try withBareProject { project in
      let first = CostProject.inputs.replacing(":false", with: ":true")
      let second = first.replacing("eu-west-1", with: "eu-central-1")
      func write(_ first: String) throws {
        let (a, b) = (
          CostProject.outputs(first, stack: "a"), CostProject.outputs(second, stack: "b")
        )
        try project.write("both.json", a.dropLast() + "," + b.dropFirst())
      }
      try write(first)
      let options = ["cost", "--stack", "both.json", "--acu", "4", "--stack-name", "a"]
      let both = try project.run(options + ["--stack-name", "b", "--format", "json"])
      #expect(try both.costs()["capacity in eu-central-1"] == 700.8)
      #expect(try both.json()["regions"] as? [String] == ["eu-west-1", "eu-central-1"])
      let one = try project.run(options)
      #expect(one.stdout.contains("the second region is not in it"), "\(one)")
      let three = try project.run(options + ["--stack-name", "b", "--stack-name", "c"])
      #expect(three.status == 2 && three.stderr.contains("--stack-name"), "\(three)")
      try write(CostProject.inputs)
      let none = try project.run(options + ["--stack-name", "b"])
      #expect(none.status == 2 && none.stderr.contains("no global database"), "\(none)")
    }
  }

  @Test(
    "what says the second region alone is refused",
    arguments: [
      ("second-shape: {readers: 1}", "cost.shape"), ("second-stack: {name: s}", "from-stack"),
      ("second-stack: {region: r}", "second-stack.name"),
    ])
  func secondAlone(line: String, key: String) throws {
    try withBareProject { project in
      try project.write("dbtool.yaml", "environments:\n  dev:\n    cost:\n      \(line)\n")
      let outcome = try project.run("cost", "--env", "dev")
      #expect(outcome.status == 2 && outcome.stderr.contains("dbtool.yaml:"), "\(outcome)")
      #expect(outcome.stderr.contains("environments.dev.") && outcome.stderr.contains(key))
    }
  }

  @Test("from-stack and cost.shape do not both say what was built")
  func both() throws {
    try withBareProject { project in
      try project.write(
        "dbtool.yaml",
        "environments:\n  prod:\n    from-stack: s\n    cost:\n      shape: {readers: 1}\n")
      let outcome = try project.run("cost", "--env", "prod")
      #expect(outcome.status == 2 && outcome.stderr.contains("dbtool.yaml:4: "), "\(outcome)")
      #expect(outcome.stderr.contains("environments.prod.from-stack"), "\(outcome)")
    }
  }

  @Test("of several stacks the one that is meant is named")
  func severalStacks() throws {
    try withBareProject { project in
      let (dev, prod) = (
        CostProject.outputs(CostProject.inputs, stack: "dev"),
        CostProject.outputs(CostProject.inputs)
      )
      try project.write("both.json", dev.dropLast() + "," + prod.dropFirst())
      let unnamed = try project.run("cost", "--stack", "both.json")
      #expect(unnamed.status == 2 && unnamed.stderr.contains("Dbtool-prod, dev"), "\(unnamed)")
      let named = try project.run("cost", "--stack", "both.json", "--stack-name", "dev")
      #expect(named.status == 0 && named.stdout.contains("the stack dev in both.json"))
      let unknown = try project.run("cost", "--stack", "both.json", "--stack-name", "x")
      #expect(unknown.status == 2 && unknown.stderr.contains("both.json"), "\(unknown)")
      #expect(try project.run("cost", "--stack-name", "dev").status == 2)
    }
  }

  @Test("an environment says itself what was built and is used, options win, no database is asked")
  func environment() throws {
    try withBareProject { project in
      try project.write("dbtool.yaml", CostProject.configuration)
      let configured = try project.run("cost", "--env", "prod", "--format", "json").costs()
      #expect(configured["capacity of the writer"] == 350.4 && configured["storage"] == 20)
      #expect(configured["capacity of readers"] == 350.4)
      let changed = try project.run(
        "cost", "--env", "prod", "--format", "json", "--acu", "2:2:3"
      ).costs()
      #expect(changed["capacity of the writer"] == 175.2 && changed["storage"] == 20)
      let text = try project.run("cost", "--env", "prod")
      #expect(text.stdout.contains("environments.prod.cost.shape"), "\(text)")
      #expect(text.stdout.contains("not said, and taken: storage standard"), "\(text)")
      #expect(!text.stdout.contains("expect other ones"), "\(text)")
    }
  }

  @Test("the report says what is guessed, left out, from when the prices are and of which region")
  func honest() throws {
    try withBareProject { project in
      try project.write("outputs.json", CostProject.outputs(CostProject.inputs))
      let text = try project.run("cost", "--stack", "outputs.json").stdout
      for part in [
        "geometric mean is no measurement", "data transfer", "taxes", "free tiers",
        "those of us-east-1, and it is in eu-west-1", "written down and not fetched",
        "https://aws.amazon.com/rds/aurora/pricing/", "from memory", "insights-acu-hour",
        "I/O-Optimized", "both cost the same",
      ] { #expect(text.contains(part), "\(part)") }
      let sure = try project.run("cost", "--stack", "outputs.json", "--acu", "4").stdout
      #expect(!sure.contains("geometric mean"))
      let nobody = try project.run("cost").stdout
      #expect(nobody.contains("nobody says what") && nobody.contains("minimum-capacity 0.5"))
    }
  }

  @Test("what the stack does not say is taken as the smallest, and told")
  func defaults() throws {
    try withBareProject { project in
      try project.write("outputs.json", CostProject.outputs(#"{"minimumCapacity":8}"#))
      let outcome = try project.run("cost", "--stack", "outputs.json", "--format", "json")
      let json = try outcome.json()
      let unsaid = try #require(json["builtUnsaid"] as? [String])
      #expect(unsaid.contains("maximumCapacity 8") && unsaid.contains("readers 0"), "\(unsaid)")
      #expect(!unsaid.contains { $0.hasPrefix("minimumCapacity") })
      try project.write("outputs.json", CostProject.outputs(#"{"minimumCapacity":0}"#))
      let paused = try project.run("cost", "--stack", "outputs.json").stdout
      #expect(paused.contains("pauseAfterMinutes 5") && paused.contains("awake"), "\(paused)")
    }
  }

}
