#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// AWS Secrets Manager, as far as a database's password needs it.
///
/// AWS Secrets Manager API Reference, GetSecretValue.
package struct SecretsManagerClient {
  private let service: ServiceClient
  private let endpoint: ServiceEndpoint

  /// A client for an endpoint.
  package init(service: ServiceClient, endpoint: ServiceEndpoint) {
    self.service = service
    self.endpoint = endpoint
  }

  /// The current value of a database's secret.
  ///
  /// - Parameter id: Its ARN or its name.
  /// - Throws: `AWSError`.
  package func databaseSecret(_ id: String) throws(AWSError) -> DatabaseSecret {
    struct Request: Encodable {
      var SecretId: String
      var VersionStage = "AWSCURRENT"
    }
    struct Response: Decodable {
      var SecretString: String?
      var SecretBinary: Data?
    }
    guard let body = try? JSONEncoder().encode(Request(SecretId: id)) else {
      throw AWSError(.configuration, "the secret's name cannot be written as JSON")
    }
    let call = ServiceClient.Call(
      headers: [
        .init("Content-Type", "application/x-amz-json-1.1"),
        .init("X-Amz-Target", "secretsmanager.GetSecretValue"),
      ], body: Array(body), isIdempotent: true, timeout: .seconds(20))
    let answer: [UInt8]
    do throws(AWSError) {
      answer = try service.send(call, to: endpoint)
    } catch {
      throw Self.explained(error, id)
    }
    guard let response = try? JSONDecoder().decode(Response.self, from: Data(answer)),
      let text = response.SecretString
        ?? response.SecretBinary.flatMap({ String(validating: $0, as: UTF8.self) })
    else { throw AWSError(.badAnswer, "the secret \(id) has no text") }
    return try DatabaseSecret(json: text, id: id)
  }

  private static func explained(_ error: AWSError, _ id: String) -> AWSError {
    var result = error
    switch error.type {
    case "ResourceNotFoundException":
      result.message = "there is no secret \(id)"
      result.remedy = "check its ARN, and that it is in the same region"
    case "AccessDeniedException":
      result.remedy =
        "the caller needs secretsmanager:GetSecretValue on it, and kms:Decrypt on its key"
    default: break
    }
    return result
  }
}
