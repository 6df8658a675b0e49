import LocalPostgres
import Postgres

/// What to do about SQL that a contained server refuses because it has no superuser rights.
enum MissingRights {
  /// Nil for an error that has other reasons.
  static func remedy(for error: PostgresError, _ rights: ServerRights) -> String? {
    guard rights != .superuser, error.sqlState == .insufficientPrivilege, !error.isPolicyRefusal
    else { return nil }
    let said = [error.message, error.detail, error.hint].compactMap(\.self).joined(separator: "; ")
    let lower = said.lowercased()
    if let name = name(in: said, after: "permission denied to create extension \"") {
      return remedy(forExtension: name)
    }
    if let name = name(in: said, after: "must be owner of extension ") {
      return "the gate made the extension \(name) beforehand: leave it alone where it is there"
    }
    if lower.contains("bypassrls") {
      return
        "before PostgreSQL 16 only a superuser gives BYPASSRLS: leave it to whoever sets up the "
        + "server, or \(superuser)"
    }
    if roles.contains(where: said.contains) {
      return "GRANT the role TO CURRENT_USER once it is created, as Aurora and RDS want it too"
    }
    if let schema = name(in: said, after: "permission denied for schema ") {
      return "an owner of tables needs GRANT CREATE ON SCHEMA \(schema), which PUBLIC lacks since "
        + "PostgreSQL 15"
    }
    guard superusers.contains(where: lower.contains) else { return nil }
    return "the gate runs SQL without superuser rights, as Aurora and RDS do: leave it out, or "
      + superuser
  }

  /// The text up to the next quotation mark or the end of the sentence.
  private static func name(in said: String, after beginning: String) -> String? {
    said.firstRange(of: beginning).map {
      String(said[$0.upperBound...].prefix { !"\";".contains($0) })
    }
  }

  private static func remedy(forExtension name: String) -> String {
    if let reason = ServerExtension.reach(of: name) {
      return "the extension \(name) leads out of the database: \(reason). Leave it out, or "
        + superuser
    }
    return "write gate: {extensions: [\(name)]} into \(ConfigurationFile.name), or give "
      + "--extension \(name): then it is there before the migrations, which say CREATE EXTENSION IF NOT "
      + "EXISTS"
  }

  private static let superuser = "where all files are trusted, dbtool gate --superuser allows it"

  /// What the server says where a membership is missing; its messages are English on servers of dbtool.
  private static let roles = [
    "permission denied to set role", "must be member of role", "must be able to SET ROLE",
    "must be a member of the role",
  ]

  /// What it says where nobody but a superuser may.
  private static let superusers = [
    "superuser", "permission denied to set parameter", "permission denied for language",
    "permission denied for function pg_", "permission denied for function lo_",
    "permission denied to copy", "permission denied to create subscription",
    "permission denied to create event trigger",
    "access to library", "permission denied to set session authorization", "pg_read_server_files",
    "pg_write_server_files", "pg_execute_server_program",
  ]
}
