/// An extension that the superuser makes on a contained server before anybody can connect.
///
/// Those that lead out of the database are refused: SQL on such a server belongs to strangers.
package struct ServerExtension: Sendable, Equatable {
  /// Its name, which needs no more quoting than double quotes.
  package let name: String

  /// - Throws: `LocalPostgresError` of code `extensionRefused` with the reason.
  package init(_ name: String) throws {
    let isFit = name.utf8.allSatisfy { byte in
      switch UnicodeScalar(byte) {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
      default: false
      }
    }
    guard isFit, (1...63).contains(name.utf8.count), !name.hasPrefix("-") else {
      throw LocalPostgresError(
        .extensionRefused, "\(String(reflecting: name)) can't be the name of an extension")
    }
    if let reason = Self.reach(of: name) {
      throw LocalPostgresError(
        .extensionRefused, "the extension \(name) leads out of the database: \(reason)",
        remedy: "Leave it out; dbtool gate --superuser allows it where all files are trusted")
    }
    self.name = name
  }

  /// What an extension can reach outside of the database; nil for one of which nothing is known.
  package static func reach(of name: String) -> String? {
    if let reason = known[name] { return reason }
    // The names of PostgreSQL's untrusted languages, and of what comes for them.
    let isUntrusted =
      name.hasSuffix("u") && name.hasPrefix("pl")
      || ["_plpython3u", "_plpython2u", "_plpythonu", "_plperlu"].contains { name.hasSuffix($0) }
    return isUntrusted ? "its language runs programs and reads files" : nil
  }

  private static let known = [
    "adminpack": "it writes files of the server",
    "aws_commons": "it belongs to aws_s3 and aws_lambda",
    "aws_lambda": "it calls AWS",
    "aws_s3": "it calls AWS",
    "dblink": "it connects to other servers",
    "file_fdw": "it reads files and runs programs",
    "http": "it sends requests",
    "orafce": "its package utl_file reads and writes files",
    "pg_background": "it opens sessions by itself",
    "pg_cron": "it runs by itself, in any database",
    "pg_net": "it sends requests",
    "plsh": "it runs the shell",
    "postgres_fdw": "it connects to other servers",
  ]

  /// The statements that make it.
  var statements: [String] { Self.statements(making: name) }

  /// The statements that make an extension, and refuse what the names above do not know.
  ///
  /// A foreign-data wrapper or an untrusted language says by itself that it leads outside.
  static func statements(making name: String) -> [String] {
    [
      "CREATE EXTENSION \"\(name)\"",
      "DO $$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper) OR EXISTS "
        + "(SELECT FROM pg_catalog.pg_language WHERE NOT lanpltrusted AND lanname NOT IN "
        + "('internal', 'c')) THEN RAISE EXCEPTION 'the extension \(name) leads out of the "
        + "database: it brings a foreign-data wrapper or an untrusted language'; END IF; END $$",
    ]
  }
}
