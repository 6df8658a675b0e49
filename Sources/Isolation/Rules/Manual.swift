/// The sections of the PostgreSQL manual that rules name as their source.
///
/// By title and page, which stay, and not by number, which each major version moves.
enum Manual {
  static let rowSecurity = page("Row Security Policies", "ddl-rowsecurity")
  static let createPolicy = page("CREATE POLICY", "sql-createpolicy")
  static let roleAttributes = page("Role Attributes", "role-attributes")
  static let roleMembership = page("Role Membership", "role-membership")
  static let privileges = page("Privileges", "ddl-priv")
  static let constraints = page("Constraints", "ddl-constraints")
  static let createTable = page("CREATE TABLE", "sql-createtable")
  static let createView = page("CREATE VIEW", "sql-createview")
  static let materializedViews = page("Materialized Views", "rules-materializedviews")
  static let triggers = page("Overview of Trigger Behavior", "trigger-definition")
  static let truncate = page("TRUNCATE", "sql-truncate")
  static let foreignData = page("Foreign Data", "ddl-foreign-data")
  static let definerFunctions = page(
    "CREATE FUNCTION, Writing SECURITY DEFINER Functions Safely", "sql-createfunction")
  static let volatility = page("Function Volatility Categories", "xfunc-volatility")
  static let settingFunctions = page("Configuration Settings Functions", "functions-admin")
  static let alterRole = page("ALTER ROLE", "sql-alterrole")
  static let defaults = page("Default Values", "ddl-default")

  static let explain = page("Using EXPLAIN", "using-explain")
  static let multicolumnIndexes = page("Multicolumn Indexes", "indexes-multicolumn")

  private static func page(_ title: String, _ name: String) -> String {
    "PostgreSQL manual, \"\(title)\": https://www.postgresql.org/docs/current/\(name).html"
  }
}
