/// What a statement asks of the transaction and of the session around it.
public struct StatementTraits: Sendable, Equatable {
  /// True for statements that PostgreSQL refuses inside a transaction block, such as VACUUM.
  public var refusesTransactionBlock = false
  /// True for statements that change who runs what follows: SET ROLE and its relatives.
  public var changesRole = false

  /// The traits of the first statement in `sql`, found by PostgreSQL's parser.
  public init(parsing sql: String) {
    guard let (node, body) = Parser.firstStatement(of: sql) else { return }
    switch node {
    case "CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt",
      "AlterSystemStmt":
      refusesTransactionBlock = true
    case "VacuumStmt":
      refusesTransactionBlock = body.contains("\"is_vacuumcmd\":true")
    case "IndexStmt", "DropStmt", "AlterTableStmt":
      refusesTransactionBlock = body.contains("\"concurrent\":true")
    case "ReindexStmt":
      refusesTransactionBlock =
        body.contains("\"defname\":\"concurrently\"")
        || body.contains("\"kind\":\"REINDEX_OBJECT_DATABASE\"")
        || body.contains("\"kind\":\"REINDEX_OBJECT_SYSTEM\"")
        || body.contains("\"kind\":\"REINDEX_OBJECT_SCHEMA\"")
    case "ClusterStmt":
      refusesTransactionBlock = !body.contains("\"relation\":{")
    case "DiscardStmt":
      refusesTransactionBlock = body.contains("\"target\":\"DISCARD_ALL\"")
    case "VariableSetStmt":
      changesRole =
        body.contains("\"name\":\"role\"") || body.contains("\"name\":\"session_authorization\"")
        || body.contains("\"kind\":\"VAR_RESET_ALL\"")
    default:
      break
    }
  }
}
