internal import Postgres

/// A database as a user names it.
package enum DatabaseURL: Equatable, Sendable {
  /// A server that libpq reaches.
  case libpq(String)
  /// A server that libpq reaches with a password from AWS.
  case awsLogin(AWSLogin, conninfo: String)
  /// A cluster behind the RDS Data API.
  case dataAPI(DataAPIAddress)
  /// A throwaway server.
  case ephemeral
  /// A local server that is kept between runs.
  case named(String)

  /// - Throws: `DatabaseURLError` for text that names no database; it holds no password.
  package init(_ text: String) throws {
    if text == "ephemeral:" || text == "ephemeral" {
      self = .ephemeral
    } else if text.hasPrefix("ephemeral:") {
      self = .named(String(text.dropFirst("ephemeral:".count)))
    } else if text.hasPrefix("data-api:") {
      self = .dataAPI(try DataAPIAddress(text))
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
      || (text.contains("=") && !Self.hasScheme(text))
    {
      let extracted = try AWSLogin.extract(from: text)
      if let problem = LibPQConnection.problem(inConninfo: extracted?.conninfo ?? text) {
        throw DatabaseURLError("the database URL is malformed: \(problem)", remedy: Self.advice)
      }
      self = extracted.map { .awsLogin($0.login, conninfo: $0.conninfo) } ?? .libpq(text)
    } else {
      throw DatabaseURLError("the database URL is not of a known form", remedy: Self.advice)
    }
  }

  /// True for the URL of another database, in which a `=` belongs to a password or a query.
  private static func hasScheme(_ text: String) -> Bool {
    text.prefix { $0 != "=" }.contains("://")
  }

  private static let advice = """
    use postgres://user@host:5432/database, a libpq string such as "host=… dbname=…", \
    data-api://?cluster=ARN&secret=ARN, ephemeral: or ephemeral:NAME; characters such as @ : / in a password must be percent-encoded
    """
}
