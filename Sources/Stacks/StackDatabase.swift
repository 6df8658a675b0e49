internal import Databases
internal import Wording

/// The database of a stack, and where its metrics go.
package struct StackDatabase: Sendable, Equatable {
  /// The cluster's ARN.
  package var cluster: String
  /// The ARN of the secret of the user that migrates.
  package var ownerSecret: String
  /// The ARN of the secret of the application's user; nil where the stack has none.
  package var appSecret: String?
  /// The database; nil for the cluster's own.
  package var database: String?
  /// Where the cluster is.
  package var region: String
  /// The namespace of metrics in CloudWatch; nil for dbtool's own.
  package var namespace: String?

  /// The database that a stack's outputs tell of.
  ///
  /// - Throws: `StackError` for outputs that are missing or make no sense.
  package init(_ outputs: StackOutputs) throws(StackError) {
    func required(_ name: String) throws(StackError) -> String {
      guard let value = outputs[name], !value.isEmpty else {
        let names = outputs.names.isEmpty ? "none" : outputs.names.joined(separator: ", ")
        throw StackError(
          "the stack \(outputs.stack) has no output \(name)", remedy: "its outputs: \(names)",
          output: name)
      }
      return value
    }
    func optional(_ name: String) -> String? {
      outputs[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    cluster = try required(StackOutputs.Name.cluster)
    guard let name = ResourceName(cluster, service: "rds", kind: "cluster") else {
      throw StackError(
        "the output \(StackOutputs.Name.cluster) of \(outputs.stack) is no ARN of a cluster",
        remedy: "one looks like arn:aws:rds:eu-west-1:123456789012:cluster:main",
        output: StackOutputs.Name.cluster)
    }
    ownerSecret = try required(StackOutputs.Name.ownerSecret)
    appSecret = optional(StackOutputs.Name.appSecret)
    let secrets = [
      (StackOutputs.Name.ownerSecret, ownerSecret), (StackOutputs.Name.appSecret, appSecret),
    ]
    for (name, secret) in secrets {
      guard let secret else { continue }
      guard ResourceName(secret, service: "secretsmanager", kind: "secret") != nil else {
        throw StackError(
          "the output \(name) of \(outputs.stack) is no ARN of a secret",
          remedy:
            "one looks like arn:aws:secretsmanager:eu-west-1:123456789012:secret:owner-AbCdEf",
          output: name)
      }
    }
    database = optional(StackOutputs.Name.database)
    region = optional(StackOutputs.Name.region) ?? name.region
    guard ResourceName.isRegion(region) else {
      throw StackError(
        "the output \(StackOutputs.Name.region) of \(outputs.stack) is no region",
        remedy: "one looks like eu-west-1", output: StackOutputs.Name.region)
    }
    namespace = optional(StackOutputs.Name.namespace)
  }
}

extension StackDatabase {
  /// The database as dbtool's URLs name it, as the user that migrates.
  package var url: String {
    var items = [("cluster", cluster), ("secret", ownerSecret)]
    if let database { items.append(("database", database)) }
    items.append(("region", region))
    return "data-api://?"
      + items.map { "\($0)=\(PercentEncoding.encoded($1.utf8))" }.joined(separator: "&")
  }
}
