import Foundation
import TestSupport
import Testing

/// What the tests of `dbtool cost` start from.
enum CostProject {
  static let inputs = """
    {"version":1,"environment":"prod","region":"eu-west-1","globalDatabase":false,\
    "minimumCapacity":1,"maximumCapacity":64,"pauseAfterMinutes":null,"readers":1,\
    "storage":"standard","backupDays":35,"performanceInsights":"advanced","availabilityZones":3,\
    "interfaceEndpoints":0,"natGateways":0,"secrets":3,"keys":1,"alarms":7,"dashboards":1,\
    "logDays":365,"metricsLayout":"split"}
    """

  /// What `cdk deploy --outputs-file` writes.
  static func outputs(_ inputs: String, stack: String = "Dbtool-prod") -> String {
    let escaped = inputs.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    return #"{"\#(stack)": {"ClusterArn": "arn:x", "CostInputs": "\#(escaped)"}}"#
  }

  static let configuration = """
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
}

extension Outcome {
  /// The expected dollars of each part.
  func costs() throws -> [String: Double] {
    let document = try json()
    #expect(document["schema"] as? String == "dbtool.cost/1")
    let lines = try #require(document["lines"] as? [[String: Any]])
    return try Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let dollars = try #require(line["dollars"] as? [String: Double])
        return (try #require(line["name"] as? String), dollars["expected"] ?? -1)
      })
  }
}
