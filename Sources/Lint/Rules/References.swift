/// Where rules come from.
enum Reference {
  static let alterTable =
    "PostgreSQL manual, ALTER TABLE: https://www.postgresql.org/docs/current/sql-altertable.html"
  static let createIndex =
    "PostgreSQL manual, CREATE INDEX, Building Indexes Concurrently: "
    + "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"
  static let locks =
    "PostgreSQL manual, section 13.3, Explicit Locking: "
    + "https://www.postgresql.org/docs/current/explicit-locking.html"
  static let rowSecurity =
    "PostgreSQL manual, section 5.8, Row Security Policies: "
    + "https://www.postgresql.org/docs/current/ddl-rowsecurity.html"
  static let dontDoThis =
    "PostgreSQL wiki, Don't Do This: "
    + "https://wiki.postgresql.org/wiki/Don%27t_Do_This"
  static let createView =
    "PostgreSQL manual, CREATE VIEW: https://www.postgresql.org/docs/current/sql-createview.html"
  static let createFunction =
    "PostgreSQL manual, CREATE FUNCTION, Writing SECURITY DEFINER Functions Safely: "
    + "https://www.postgresql.org/docs/current/sql-createfunction.html"
    + "#SQL-CREATEFUNCTION-SECURITY"
  static let grant =
    "PostgreSQL manual, section 5.7, Privileges: "
    + "https://www.postgresql.org/docs/current/ddl-priv.html"

  /// The page of a command in the manual.
  static func command(_ name: String) -> String {
    let page = name.lowercased().filter { $0 != " " }
    return "PostgreSQL manual, \(name): https://www.postgresql.org/docs/current/sql-\(page).html"
  }
}
