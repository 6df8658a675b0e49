import Foundation
import TestSupport
import Testing

@Suite("dbtool cost")
struct CostTests {
  private static let inputs = """
    {"version":1,"environment":"prod","region":"eu-west-1","globalDatabase":false,\
    "minimumCapacity":1,"maximumCapacity":64,"pauseAfterMinutes":null,"readers":1,\
    "storage":"standard","backupDays":35,"performanceInsights":"advanced","availabilityZones":3,\
    "interfaceEndpoints":0,"natGateways":0,"secrets":3,"keys":1,"alarms":7,"dashboards":1,\
    "logDays":365,"metricsLayout":"split"}
    """

  /// What `cdk deploy --outputs-file` writes.
  private static func outputs(_ inputs: String, stack: String = "Dbtool-prod") -> String {
    let escaped = inputs.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    return #"{"\#(stack)": {"ClusterArn": "arn:x", "CostInputs": "\#(escaped)"}}"#
  }

  private static let configuration = """
    environments:
      prod:
        url: postgres://nowhere.invalid/db
        cost:
          acu: {low: 2, expected: 4, high: 16}
          storage-gb: 200
          shape:
            region: us-east-1
            minimum-capacity: 1
            maximum-capacity: 64
            readers: 1

    """

  /// The expected dollars of each part.
  private func lines(_ outcome: Outcome) throws -> [String: Double] {
    let json = try outcome.json()
    #expect(json["schema"] as? String == "dbtool.cost/1")
    let lines = try #require(json["lines"] as? [[String: Any]])
    return try Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let dollars = try #require(line["dollars"] as? [String: Double])
        return (try #require(line["name"] as? String), dollars["expected"] ?? -1)
      })
  }

  @Test("what was built comes from the outputs of a stack, as both tools write them")
  func stack() throws {
    try withBareProject { project in
      let options = ["--acu", "4", "--format", "json"]
      try project.write("cdk.json", Self.outputs(Self.inputs))
      let fromCDK = try project.run(["cost", "--stack", "cdk.json"] + options)
      let lines = try lines(fromCDK)
      #expect(lines["capacity of readers"] == 350.4 && lines["secrets"] == 1.2)
      #expect(lines["Database Insights"] == 18.25)
      let text = Self.inputs.replacing("\"", with: "\\\"")
      try project.write(
        "aws.json",
        """
        {"Stacks": [{"StackName": "Dbtool-prod",
          "Outputs": [{"OutputKey": "CostInputs", "OutputValue": "\(text)"}]}]}
        """)
      let fromAWS = try project.run(["cost", "--stack", "aws.json"] + options)
      #expect(try self.lines(fromAWS) == lines)
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
        try standIn.createStack("Dbtool-prod", outputs: ["CostInputs": Self.inputs])
        let first = Self.inputs.replacing(":false", with: ":true")
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
        #expect(try lines(prod)["capacity of readers"] == 350.4)
        #expect(try prod.json()["built"] as? [String] == ["the stack Dbtool-prod"])
        let world = try lines(run("world", "json"))
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
        #expect(try lines(option)["capacity of the writer"] == 262.8)
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
        try project.write("outputs.json", Self.outputs(try #require(inputs, "\(name)")))
        let json = try project.run("cost", "--stack", "outputs.json", "--format", "json").json()
        #expect(json["builtUnsaid"] as? [String] == [], "\(name)")
        #expect((json["lines"] as? [Any] ?? []).count > 8, "\(name)")
      }
    }
  }

  @Test("of a global database both regions are named, first the one that writes")
  func regions() throws {
    try withBareProject { project in
      let first = Self.inputs.replacing(":false", with: ":true")
      let second = first.replacing("eu-west-1", with: "eu-central-1")
      func write(_ first: String) throws {
        let (a, b) = (Self.outputs(first, stack: "a"), Self.outputs(second, stack: "b"))
        try project.write("both.json", a.dropLast() + "," + b.dropFirst())
      }
      try write(first)
      let options = ["cost", "--stack", "both.json", "--acu", "4", "--stack-name", "a"]
      let both = try project.run(options + ["--stack-name", "b", "--format", "json"])
      #expect(try lines(both)["capacity in eu-central-1"] == 700.8)
      #expect(try both.json()["regions"] as? [String] == ["eu-west-1", "eu-central-1"])
      let one = try project.run(options)
      #expect(one.stdout.contains("the second region is not in it"), "\(one)")
      let three = try project.run(options + ["--stack-name", "b", "--stack-name", "c"])
      #expect(three.status == 2 && three.stderr.contains("--stack-name"), "\(three)")
      try write(Self.inputs)
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
      let (dev, prod) = (Self.outputs(Self.inputs, stack: "dev"), Self.outputs(Self.inputs))
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
      try project.write("dbtool.yaml", Self.configuration)
      let configured = try lines(project.run("cost", "--env", "prod", "--format", "json"))
      #expect(configured["capacity of the writer"] == 350.4 && configured["storage"] == 20)
      #expect(configured["capacity of readers"] == 350.4)
      let changed = try lines(
        project.run("cost", "--env", "prod", "--format", "json", "--acu", "2:2:3"))
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
      try project.write("outputs.json", Self.outputs(Self.inputs))
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
      try project.write("outputs.json", Self.outputs(#"{"minimumCapacity":8}"#))
      let outcome = try project.run("cost", "--stack", "outputs.json", "--format", "json")
      let json = try outcome.json()
      let unsaid = try #require(json["builtUnsaid"] as? [String])
      #expect(unsaid.contains("maximumCapacity 8") && unsaid.contains("readers 0"), "\(unsaid)")
      #expect(!unsaid.contains { $0.hasPrefix("minimumCapacity") })
      try project.write("outputs.json", Self.outputs(#"{"minimumCapacity":0}"#))
      let paused = try project.run("cost", "--stack", "outputs.json").stdout
      #expect(paused.contains("pauseAfterMinutes 5") && paused.contains("awake"), "\(paused)")
    }
  }

  @Test(
    "an output that makes no sense is refused with file, stack and key",
    arguments: [
      (#"{"version":2}"#, "version"), (#"{"version":"1; DROP"}"#, "version"),
      (#"{"readers":-1}"#, "readers"), (#"{"readers":1.5}"#, "readers"),
      (#"{"readers":99999999999999999999}"#, "readers"), (#"{"readers":[1]}"#, "readers"),
      (#"{"minimumCapacity":"NaN"}"#, "minimumCapacity"),
      (#"{"minimumCapacity":1e308}"#, "minimumCapacity"),
      (#"{"minimumCapacity":8,"maximumCapacity":4}"#, "maximumCapacity"),
      (#"{"pauseAfterMinutes":30}"#, "pauseAfterMinutes"),
      (#"{"storage":"aurora"}"#, "storage"), (#"{"metricsLayout":"'; DROP"}"#, "metricsLayout"),
      (#"{"natgateways":1}"#, "natgateways"), (#"{"readers":1,"readers":2}"#, "readers"),
      ("[1]", "keys and values"), ("{", "CostInputs"), ("", "CostInputs"),
      (#"{"region":"\#(String(repeating: "x", count: 20_000))"}"#, "longer"),
      (#"{"a":\#(String(repeating: "[", count: 300))}"#, "CostInputs"),
    ])
  func badOutputs(inputs: String, key: String) throws {
    try withBareProject { project in
      try project.write("outputs.json", Self.outputs(inputs))
      let outcome = try project.run("cost", "--stack", "outputs.json", "--format", "json")
      let message = try #require(try outcome.jsonError()["message"] as? String)
      #expect(outcome.status == 2 && message.contains("outputs.json"), "\(message)")
      #expect(message.contains("Dbtool-prod") && message.contains(key), "\(message)")
      #expect(message.utf8.count < 500)
    }
  }

  @Test("a file that holds no outputs is refused by its name")
  func badFiles() throws {
    try withBareProject { project in
      try project.write("huge.json", "[" + String(repeating: "1,", count: 500_000) + "1]")
      try project.write("other.json", #"{"Network": {"VpcId": "vpc-1"}}"#)
      try project.write("nul.json", "{\"a\": \"\u{0}\"}")
      try project.write("empty.json", "")
      for file in ["huge.json", "other.json", "nul.json", "empty.json", "none.json"] {
        let outcome = try project.run("cost", "--stack", file)
        #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(outcome)")
        #expect(outcome.stderr.contains(file), "\(outcome)")
      }
      let named = try project.run("cost", "--stack", "other.json", "--stack-name", "Network")
      #expect(named.stderr.contains("no output CostInputs"), "\(named)")
    }
  }

  @Test(
    "what dbtool.yaml says wrongly is refused with file, line and key",
    arguments: [
      ("acu: -1", "acu"), ("acu: nan", "acu"), ("acu: 1e308", "acu"), ("acu: much", "acu"),
      ("acu: {low: 1, expected: 2}", "acu.high"), ("acu: [1, 2]", "acu"),
      ("acu: {low: 3, expected: 2, high: 4}", "acu"), ("acu: {low: 1, mean: 2, high: 3}", "acu"),
      ("tenants: 1.5", "tenants"), ("storage: 5", "storage"), ("storage-gb: 1e300", "storage-gb"),
      ("shape: {readers: many}", "shape.readers"), ("shape: {minimumCapacity: 1}", "shape"),
      ("shape: {version: 1}", "shape.version"), ("shape: 3", "shape"),
    ])
  func badConfiguration(line: String, key: String) throws {
    try withBareProject { project in
      try project.write("dbtool.yaml", "environments:\n  dev:\n    cost:\n      \(line)\n")
      let outcome = try project.run("cost", "--env", "dev")
      #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(outcome)")
      #expect(outcome.stderr.contains("dbtool.yaml:4: "), "\(outcome)")
      #expect(outcome.stderr.contains("environments.dev.cost.\(key)"), "\(outcome)")
    }
  }

  @Test(
    "an option that makes no sense is refused by its name",
    arguments: [
      ["--acu=-1"], ["--acu", "nan"], ["--acu", "inf"], ["--acu", "1e308"], ["--acu", "1:2"],
      ["--acu", "3:2:4"], ["--acu", "5"], ["--acu", ""], ["--tenants", "0.5"],
      ["--storage-gb", "1:2:3:4"], ["--awake", "0.5"], ["--replicated-write-millions", "1"],
      ["--io-millions", "'; DROP TABLE prices"], ["--stack-name", "a"],
      ["--stack-name", "a", "--stack", "outputs.json", "--stack-name", "a"],
    ])
  func badOptions(options: [String]) throws {
    try withBareProject { project in
      let outcome = try project.run(["cost"] + options)
      #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(outcome)")
      let name = options[0].prefix { $0 != "=" }
      #expect(outcome.stderr.contains(name), "\(outcome)")
    }
  }

  @Test("what does not fit what was built is told with the place that said it")
  func unfitting() throws {
    try withBareProject { project in
      try project.write("dbtool.yaml", Self.configuration.replacing("high: 16", with: "high: 65"))
      let outcome = try project.run("cost", "--env", "prod")
      #expect(outcome.status == 2)
      #expect(outcome.stderr.contains("environments.prod.cost.acu cannot be more"), "\(outcome)")
    }
  }

  @Test("prices are edited in a file, which an option names, or cost.prices, or metrics.prices")
  func prices() throws {
    try withBareProject { project in
      let standard = try project.run("metrics", "prices").stdout
      for (file, price) in [("a.yaml", "1.00"), ("b.yaml", "2.00"), ("c.yaml", "3.00")] {
        try project.write(file, standard.replacing("acu-hour: 0.12", with: "acu-hour: \(price)"))
      }
      func writer(_ options: String...) throws -> Double? {
        let outcome = try project.run(["cost", "--acu", "1", "--format", "json"] + options)
        return try lines(outcome)["capacity of the writer"]
      }
      #expect(try writer() == 87.6)
      try project.write("dbtool.yaml", "metrics: {prices: a.yaml}")
      #expect(try writer() == 730)
      try project.write("dbtool.yaml", "metrics: {prices: a.yaml}\ncost: {prices: b.yaml}")
      #expect(try writer() == 1_460)
      #expect(try writer("--prices", "c.yaml") == 2_190)
      // metrics cost has the other order.
      try project.write("dbtool.yaml", "metrics: {prices: none.yaml}\ncost: {prices: b.yaml}")
      #expect(try project.run("metrics", "cost", "--tenants", "1").stderr.contains("none.yaml"))
      try project.write("dbtool.yaml", "cost: {prices: b.yaml}")
      #expect(try project.run("metrics", "cost", "--tenants", "1").status == 0)
    }
  }

  @Test("a file of prices of metrics alone is read as before, and the report says what it lacks")
  func oldPrices() throws {
    try withBareProject { project in
      try project.write(
        "old.yaml",
        """
        date: 2026-01-31
        region: eu-west-1
        metrics:
          - price: 0.40
        thousand-requests: 0.02
        log-gigabyte: 0.60
        """)
      let metrics = try project.run("metrics", "cost", "--tenants", "3", "--prices", "old.yaml")
      #expect(metrics.status == 0 && metrics.stdout.contains("prices of 2026-01-31"), "\(metrics)")
      let cost = try project.run("cost", "--acu", "1", "--log-gb", "10", "--prices", "old.yaml")
      #expect(cost.stdout.contains("has no aurora, data-api, monitoring, secrets, keys, network"))
      #expect(cost.stdout.contains("10 GB × $0.60"), "\(cost)")
      #expect(cost.stdout.contains("1 ACU × 730 h × $0.12"), "\(cost)")
      #expect(cost.stdout.contains("insights-acu-hour"), "\(cost)")
    }
  }

  @Test(
    "prices that make no sense are refused with file, line and key",
    arguments: [
      ("acu-hour: 0.12", "acu-hour: -1", "aurora.acu-hour"),
      ("acu-hour: 0.12", "acu-hour: nan", "aurora.acu-hour"),
      ("acu-hour: 0.12", "acu-hour: 1e308", "aurora.acu-hour"),
      ("acu-hour: 0.12", "acu-hours: 0.12", "aurora.acu-hour is missing"),
      ("dashboard: 3.00", "dashboard: 3.00\n  chart: 1", "monitoring.chart"),
      ("[stored-log-gigabyte,", "[rumour,", "monitoring.unverified"),
      ("- up-to: 1000\n", "- up-to: x\n", "up-to"), ("    - price: 0.20\n", "", "million-requests"),
      ("keys:\n", "kees:\n", "kees"), ("date: 2026", "date: 20x6", "date"),
      ("log-gigabyte: 0.50", "log-gigabyte: 1e9", "log-gigabyte"),
    ])
  func badPrices(old: String, new: String, key: String) throws {
    try withBareProject { project in
      let standard = try project.run("metrics", "prices").stdout
      try #require(standard.contains(old))
      try project.write("prices.yaml", standard.replacing(old, with: new))
      let outcome = try project.run("cost", "--prices", "prices.yaml")
      #expect(outcome.status == 2 && outcome.stdout.isEmpty, "\(outcome)")
      #expect(outcome.stderr.contains("prices.yaml:"), "\(outcome)")
      #expect(outcome.stderr.contains(key), "\(outcome)")
    }
  }

  @Test("the prices that are printed are those that are used")
  func printed() throws {
    try withBareProject { project in
      try project.write("prices.yaml", try project.run("metrics", "prices").stdout)
      let (own, printed) = (
        try project.run("cost", "--format", "json"),
        try project.run("cost", "--format", "json", "--prices", "prices.yaml")
      )
      #expect(own.stdout == printed.stdout && own.status == 0)
    }
  }
}
