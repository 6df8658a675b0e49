#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a secret says of a database.
///
/// AWS Secrets Manager User Guide, "JSON structure of Secrets Manager secrets". A secret that RDS manages
/// has user and password alone.
package struct DatabaseSecret: Sendable, Equatable {
  /// The user's name.
  package var user: String
  /// The user's password, with any characters.
  package var password: String
  /// The server, where the secret names it.
  package var host: String?
  /// The server's port, where the secret names it.
  package var port: Int?
  /// The database, where the secret names it.
  package var database: String?

  /// Reads a secret's text.
  ///
  /// - Throws: `AWSError` without any of the text.
  init(json: String, id: String) throws(AWSError) {
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(json.utf8)) else {
      throw AWSError(
        .badAnswer, "the secret \(id) is no JSON object with username and password",
        remedy: "give it the form that RDS uses: {\"username\": …, \"password\": …}")
    }
    user = content.username
    password = content.password
    host = content.host
    port = content.port
    database = content.dbname
  }

  private struct Content: Decodable {
    var username: String
    var password: String
    var host: String?
    var dbname: String?
    var port: Int?

    enum CodingKeys: CodingKey { case username, password, host, dbname, port }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      username = try values.decode(String.self, forKey: .username)
      password = try values.decode(String.self, forKey: .password)
      host = try values.decodeIfPresent(String.self, forKey: .host)
      dbname = try values.decodeIfPresent(String.self, forKey: .dbname)
      // A number or its text.
      if let number = try? values.decodeIfPresent(Int.self, forKey: .port) {
        port = number
      } else {
        port = (try? values.decodeIfPresent(String.self, forKey: .port)).flatMap { Int($0) }
      }
    }
  }
}

extension DatabaseSecret: CustomStringConvertible, CustomDebugStringConvertible {
  /// The user alone.
  package var description: String { "DatabaseSecret(\(user))" }
  /// The user alone.
  package var debugDescription: String { description }
}
