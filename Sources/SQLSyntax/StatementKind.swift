/// What a statement does, as metrics count it.
public enum StatementKind: String, Sendable, Codable, CaseIterable {
  /// SELECT, VALUES and TABLE.
  case select
  /// INSERT.
  case insert
  /// UPDATE.
  case update
  /// DELETE.
  case delete
  /// MERGE.
  case merge
  /// COPY in either direction.
  case copy
  /// BEGIN and START TRANSACTION.
  case begin
  /// COMMIT, END and PREPARE TRANSACTION.
  case commit
  /// ROLLBACK and ABORT of a whole transaction.
  case rollback
  /// CREATE, ALTER, DROP, GRANT and other changes of definitions.
  case ddl
  /// Everything else: SET, SAVEPOINT, EXPLAIN, DO, and text that does not parse.
  case other

  /// The kind of the first statement in `sql`, found by PostgreSQL's parser.
  public init(parsing sql: String) {
    guard let statement = Parser.firstStatement(of: sql) else {
      self = .other
      return
    }
    self.init(node: statement.type, body: statement.body)
  }

  private init(node: String, body: Substring) {
    switch node {
    case "SelectStmt": self = .select
    case "InsertStmt": self = .insert
    case "UpdateStmt": self = .update
    case "DeleteStmt": self = .delete
    case "MergeStmt": self = .merge
    case "CopyStmt": self = .copy
    case "TransactionStmt":
      // "kind" is the first member of the node.
      let head = body.prefix(60)
      if head.contains("TRANS_STMT_BEGIN") || head.contains("TRANS_STMT_START") {
        self = .begin
      } else if head.contains("TRANS_STMT_COMMIT\"") || head.contains("TRANS_STMT_PREPARE\"") {
        self = .commit
      } else if head.contains("TRANS_STMT_ROLLBACK\"") {
        self = .rollback
      } else {
        self = .other
      }
    case "VariableSetStmt", "VariableShowStmt", "ExplainStmt", "DoStmt", "CallStmt", "LockStmt",
      "FetchStmt", "DeclareCursorStmt", "ClosePortalStmt", "PrepareStmt", "ExecuteStmt",
      "DeallocateStmt", "DiscardStmt", "NotifyStmt", "ListenStmt", "UnlistenStmt", "VacuumStmt",
      "CheckPointStmt", "LoadStmt", "ConstraintsSetStmt":
      self = .other
    default:
      self = .ddl
    }
  }
}
