#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// `data-api://?cluster=ARN&secret=ARN&database=NAME[&region=…][&endpoint=http://…]`.
package struct DataAPIAddress: Equatable, Sendable {
  /// The cluster's ARN.
  package var cluster: String
  /// The ARN of the secret with user and password.
  package var secret: String
  /// The database; nil for the cluster's own.
  package var database: String?
  /// Where the cluster is.
  package var region: String
  /// Another place of the service than AWS's own.
  package var endpoint: String?

  /// - Throws: `DatabaseURLError` for text that names no cluster.
  init(_ text: String) throws {
    guard let parts = URLComponents(string: text), let items = parts.queryItems else {
      throw Self.error("it has no cluster and no secret")
    }
    guard (parts.host ?? "").isEmpty, ["", "/"].contains(parts.path), parts.user == nil else {
      throw Self.error("nothing may stand between data-api:// and the question mark")
    }
    var values: [String: String] = [:]
    for item in items {
      guard ["cluster", "secret", "database", "region", "endpoint"].contains(item.name) else {
        throw Self.error("it has a part \"\(item.name)\" that is not known")
      }
      guard values[item.name] == nil else { throw Self.error("it has \(item.name) twice") }
      guard let value = item.value, !value.isEmpty else {
        throw Self.error("it has \(item.name) without a value")
      }
      values[item.name] = value
    }
    guard let cluster = values["cluster"], let secret = values["secret"] else {
      throw Self.error("it has no \(values["cluster"] == nil ? "cluster" : "secret")")
    }
    guard let name = ResourceName(cluster, service: "rds", kind: "cluster") else {
      throw Self.error(
        "its cluster is no ARN such as arn:aws:rds:eu-west-1:123456789012:cluster:main")
    }
    guard ResourceName(secret, service: "secretsmanager", kind: "secret") != nil else {
      throw Self.error(
        "its secret is no ARN such as arn:aws:secretsmanager:eu-west-1:123456789012:secret:main-AbCdEf"
      )
    }
    guard values["region"].map(ResourceName.isRegion) != false else {
      throw Self.error("its region is none such as eu-west-1")
    }
    self.cluster = cluster
    self.secret = secret
    database = values["database"]
    // Where the cluster is, the API is.
    region = values["region"] ?? name.region
    endpoint = values["endpoint"]
  }

  private static func error(_ reason: String) -> DatabaseURLError {
    DatabaseURLError(
      "the database URL is malformed: \(reason)",
      remedy: "use data-api://?cluster=ARN&secret=ARN&database=NAME, with &region=… and "
        + "&endpoint=http://… where they differ from AWS's own")
  }
}
