/// What a statement asks of the transaction and of the session around it.
public struct StatementTraits: Sendable, Equatable {
  /// True for statements that PostgreSQL refuses inside a transaction block, such as VACUUM.
  public var refusesTransactionBlock = false
  /// True for statements that change who runs what follows: SET ROLE and its relatives.
  public var changesRole = false

  /// The traits of the first statement in `sql`, found by PostgreSQL's parser.
  public init(parsing sql: String) {
    guard let statement = Parser.firstStatement(of: sql) else { return }
    switch statement.type {
    case "CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt",
      "AlterSystemStmt":
      refusesTransactionBlock = true
    case "VacuumStmt":
      refusesTransactionBlock = statement.contains("\"is_vacuumcmd\":true")
    case "IndexStmt", "DropStmt", "AlterTableStmt":
      refusesTransactionBlock = statement.contains("\"concurrent\":true")
    case "ReindexStmt":
      refusesTransactionBlock =
        statement.contains("\"defname\":\"concurrently\"")
        || statement.contains("\"kind\":\"REINDEX_OBJECT_DATABASE\"")
        || statement.contains("\"kind\":\"REINDEX_OBJECT_SYSTEM\"")
        || statement.contains("\"kind\":\"REINDEX_OBJECT_SCHEMA\"")
    case "ClusterStmt":
      refusesTransactionBlock = !statement.contains("\"relation\":{")
    case "DiscardStmt":
      refusesTransactionBlock = statement.contains("\"target\":\"DISCARD_ALL\"")
    case "VariableSetStmt":
      changesRole =
        statement.contains("\"name\":\"role\"")
        || statement.contains("\"name\":\"session_authorization\"")
        || statement.contains("\"kind\":\"VAR_RESET_ALL\"")
    default:
      break
    }
  }
}
