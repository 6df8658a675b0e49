import Foundation
import TestSupport
import Testing

@Suite("What dbtool cost refuses", .besideOthers)
struct CostRefusalTests {
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
      try project.write("outputs.json", CostProject.outputs(inputs))
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
      try project.write(
        "dbtool.yaml", CostProject.configuration.replacing("high: 16", with: "high: 65"))
      let outcome = try project.run("cost", "--env", "prod")
      #expect(outcome.status == 2)
      #expect(outcome.stderr.contains("environments.prod.cost.acu cannot be more"), "\(outcome)")
    }
  }

}
