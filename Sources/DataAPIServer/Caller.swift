internal import AWS

/// Who calls: a cluster and the secret that signs in to it.
struct Caller: Sendable {
  var cluster: String
  var secret: String

  /// Checks what a request says of its caller.
  ///
  /// - Parameter region: The region that the request is signed for; nil when that was not checked.
  /// - Throws: `ServiceFailure`.
  init(
    _ cluster: String?, _ secret: String?, schema: String? = nil, region: String?,
    options: DataAPIServerOptions
  ) throws(ServiceFailure) {
    let cluster = try Self.required(cluster, "resourceArn")
    let secret = try Self.required(secret, "secretArn")
    guard schema == nil else {
      throw ServiceFailure(.validation, "The schema parameter isn't supported.")
    }
    let parts = cluster.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 7, parts[0] == "arn", parts[2] == "rds", parts[5] == "cluster",
      !parts[6].isEmpty
    else { throw ServiceFailure(.badRequest, "Invalid cluster ARN: \(cluster.prefix(200))") }
    if let region, region != parts[3] {
      throw ServiceFailure(
        .invalidSignature, "Credential should be scoped to a valid region.")
    }
    if let known = options.cluster, known != cluster {
      throw ServiceFailure(
        .badRequest,
        "HttpEndpoint is not enabled for cluster \(parts[6].prefix(63)), or it does "
          + "not exist. Please refer to https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
          + "/data-api.troubleshooting.html")
    }
    let secretParts = secret.split(separator: ":", omittingEmptySubsequences: false)
    guard secretParts.count >= 7, secretParts[2] == "secretsmanager", secretParts[5] == "secret",
      options.secrets.isEmpty || options.secrets.contains(secret)
    else {
      throw ServiceFailure(
        .badRequest,
        "Error fetching secret \(secret.prefix(200)) : Secrets Manager can't find the "
          + "specified secret.")
    }
    self.cluster = cluster
    self.secret = secret
  }

  /// A member that a request must have.
  static func required(_ text: String?, _ name: String) throws(ServiceFailure) -> String {
    guard let text else {
      throw ServiceFailure(
        .validation,
        "1 validation error detected: Value null at '\(name)' failed to satisfy "
          + "constraint: Member must not be null")
    }
    return text
  }
}
