/// What a transport has to know of a statement before it sends it.
package struct StatementShape: Sendable, Equatable {
  /// A statement that begins, ends or divides a transaction.
  package enum Control: Sendable, Equatable {
    /// BEGIN and START TRANSACTION, with what follows the words, for example `READ ONLY`.
    case begin(modes: String)
    /// COMMIT and END.
    case commit
    /// ROLLBACK and ABORT.
    case rollback
    /// SAVEPOINT.
    case savepoint(String)
    /// RELEASE SAVEPOINT.
    case release(String)
    /// ROLLBACK TO SAVEPOINT.
    case rollbackTo(String)
  }

  /// What it does to the transaction; nil for most.
  package var control: Control?
  /// True when it gives rows: SELECT, RETURNING, SHOW, EXPLAIN and the like.
  package var returnsRows = false
  /// True when PL/pgSQL's EXECUTE takes it (PostgreSQL manual, section 43.5.4), and it means there what
  /// it means by itself.
  package var runsInFunction = true
  /// True for a query that changes no row by itself; functions that it calls may.
  package var isQuery = false

  /// The shape of the one statement in `sql`, found by PostgreSQL's parser.
  ///
  /// Text that does not parse is left for the server to refuse, by itself.
  package init(parsing sql: String) {
    guard let statement = Parser.firstStatement(of: sql) else {
      runsInFunction = false
      return
    }
    switch statement.type {
    case "SelectStmt":
      let isInto = statement.contains("\"intoClause\":")
      returnsRows = !isInto
      runsInFunction = !isInto
      isQuery =
        !isInto && !statement.contains("\"lockingClause\":")
        && !["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"].contains {
          statement.contains("\"\($0)\":")
        }
    case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt":
      returnsRows = Self.hasOwnReturning(sql)
    case "ExplainStmt", "VariableShowStmt", "FetchStmt": returnsRows = true
    case "ExecuteStmt", "CallStmt", "CopyStmt": runsInFunction = false
    case "VariableSetStmt":
      // Of a transaction's modes, which cannot be changed in the midst of it.
      runsInFunction = !statement.contains("\"kind\":\"VAR_SET_MULTI\"")
    case "TransactionStmt":
      runsInFunction = false
      control = Self.control(sql)
    default: break
    }
  }

  /// True when the statement itself, and not only a part of it, has RETURNING.
  private static func hasOwnReturning(_ sql: String) -> Bool {
    // Reading a tree costs a hundred times more than looking for the word.
    guard sql.lowercased().contains("returning"),
      let node = try? SyntaxTree.statements(of: sql).first?.node
    else { return false }
    return node.fields["returningList"] != nil
  }

  private static func control(_ sql: String) -> Control? {
    guard let fields = try? SyntaxTree.statements(of: sql).first?.node?.fields else { return nil }
    let name = fields["savepoint_name"]?.text ?? ""
    switch fields["kind"]?.text {
    case "TRANS_STMT_BEGIN", "TRANS_STMT_START":
      let tokens = ((try? Token.all(in: sql)) ?? []).filter { $0.text != ";" && !$0.isComment }
      let words = ["begin", "start", "work", "transaction"]
      let modes = tokens.drop { words.contains($0.text.lowercased()) }
      return .begin(modes: modes.map(\.text).joined(separator: " "))
    case "TRANS_STMT_COMMIT": return .commit
    case "TRANS_STMT_ROLLBACK": return .rollback
    case "TRANS_STMT_SAVEPOINT": return .savepoint(name)
    case "TRANS_STMT_RELEASE": return .release(name)
    case "TRANS_STMT_ROLLBACK_TO": return .rollbackTo(name)
    default: return nil
    }
  }
}
