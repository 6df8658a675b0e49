/// A SARIF 2.1.0 log, as far as dbtool fills one.
///
/// The names are those of the standard.
struct SARIFLog: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  var schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
  var version = "2.1.0"
  var runs: [Run]

  struct Run: Encodable {
    var tool: Tool
    var automationDetails: Automation
    var originalUriBaseIds: [String: BaseLocation]
    var invocations: [Invocation]
    var results: [Result]
    var columnKind = "unicodeCodePoints"
  }

  struct Tool: Encodable { var driver: Driver }

  struct Driver: Encodable {
    var name: String
    var version: String
    var rules: [Rule]
  }

  struct Automation: Encodable { var id: String }

  /// A place that only the reader knows.
  struct BaseLocation: Encodable { var description: Message }

  struct Message: Encodable { var text: String }

  struct Help: Encodable {
    var text: String
    var markdown: String
  }

  struct Rule: Encodable {
    struct Configuration: Encodable { var level: Level }

    struct Properties: Encodable {
      private enum CodingKeys: String, CodingKey {
        case tags
        case securitySeverity = "security-severity"
      }
      var tags: [String]
      var securitySeverity: String?
    }

    var id: String
    var shortDescription: Message
    var fullDescription: Message
    var help: Help
    var helpUri: String?
    var defaultConfiguration: Configuration
    var properties: Properties
  }

  enum Level: String, Encodable {
    case error, warning, note

    init(_ severity: CheckReport.Finding.Severity) {
      switch severity {
      case .error: self = .error
      case .warning: self = .warning
      case .info: self = .note
      }
    }
  }

  struct Invocation: Encodable {
    var executionSuccessful: Bool
    var exitCode: Int
    var startTimeUtc: String?
    var endTimeUtc: String?
    var toolExecutionNotifications: [Notification]
  }

  struct Notification: Encodable {
    var level: Level
    var message: Message
  }

  struct Result: Encodable {
    var ruleId: String
    var ruleIndex: Int
    var level: Level
    var message: Message
    var locations: [Location]
    var partialFingerprints: [String: String]
    var suppressions: [Suppression]?
    var properties: [String: String]?
  }

  struct Location: Encodable {
    var physicalLocation: PhysicalLocation
    var logicalLocations: [LogicalLocation]?
  }

  struct PhysicalLocation: Encodable {
    struct Artifact: Encodable {
      var uri: String
      var uriBaseId: String
    }

    struct Region: Encodable {
      var startLine: Int
      var startColumn: Int
    }

    var artifactLocation: Artifact
    var region: Region
  }

  struct LogicalLocation: Encodable {
    var fullyQualifiedName: String
    var kind: String
  }

  struct Suppression: Encodable {
    var kind: String
    var status = "accepted"
    var justification: String
  }
}
