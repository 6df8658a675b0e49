internal import Postgres
internal import SQLSyntax

/// PostgreSQL's own form of expressions: with every cast that the server adds.
///
/// The server is asked by a temporary view on the table, since a view, unlike a policy, takes no lock
/// that anybody waits for. Nothing of it stays.
struct NormalForms {
  /// An expression of a policy on a table.
  struct Expression: Hashable {
    /// The table's OID.
    var relation: UInt32
    /// The expression as it is written.
    var sql: String
  }

  /// What the server says of expressions that are wrong: a column that is not there, a type that does
  /// not fit.
  private(set) var refused: [Expression: String] = [:]

  /// None: every expression is taken as it is written.
  init() {}

  /// The syntax tree of the server's form by the expression as it is written.
  private(set) var trees: [Expression: SyntaxNode] = [:]

  /// Asks for the forms of `expressions`; of those that the server would not take there is none.
  ///
  /// - Throws: `PostgresError` when the connection is lost.
  static func read(
    _ expressions: Set<Expression>, catalog: Catalog, on connection: any Connection
  ) throws -> NormalForms {
    var forms = NormalForms()
    let asked = expressions.sorted { ($0.relation, $0.sql) < ($1.relation, $1.sql) }.compactMap {
      expression in catalog.relations[expression.relation].map { (expression, $0) }
    }
    guard !asked.isEmpty else { return forms }
    let isNested = connection.transactionStatus == .inTransaction
    try connection.execute(isNested ? "SAVEPOINT dbtool_forms" : "BEGIN")
    // Whoever alters a table keeps a view on it waiting.
    if !isNested { try connection.execute("SET LOCAL lock_timeout = '2s'") }
    defer {
      for statement in isNested
        ? ["ROLLBACK TO SAVEPOINT dbtool_forms", "RELEASE SAVEPOINT dbtool_forms"] : ["ROLLBACK"]
      {
        _ = try? connection.execute(statement)
      }
    }
    // One statement for each: what the server does not take must not end the transaction.
    let makers = try asked.enumerated().map { index, pair in
      let view = try """
      CREATE TEMPORARY VIEW dbtool_form_\(index) AS SELECT (\(pair.0.sql)
      ) AS form FROM \(PolicyText.table(pair.1))
      """
      let body = try """
      BEGIN
        EXECUTE \(SQLLiteral.quoted(view));
        PERFORM pg_catalog.set_config('dbtool.form_\(index)',
          pg_catalog.pg_get_viewdef('pg_temp.dbtool_form_\(index)'::pg_catalog.regclass), true);
      EXCEPTION WHEN OTHERS THEN
        PERFORM pg_catalog.set_config('dbtool.form_\(index)', SQLSTATE || ' ' || SQLERRM, true);
      END
      """
      return PipelineStatement(try "DO \(SQLLiteral.quoted(body))")
    }
    let readers = asked.indices.map {
      PipelineStatement("SELECT pg_catalog.current_setting('dbtool.form_\($0)', true)")
    }
    let outcomes = try connection.pipeline(makers + readers).suffix(readers.count)
    for (pair, outcome) in zip(asked, outcomes) {
      guard let text = outcome.result?.scalar, !text.isEmpty else { continue }
      if let refusal = refusal(text) {
        forms.refused[pair.0] = refusal
        continue
      }
      guard let statement = try? SyntaxTree.statements(of: text).first,
        let target = statement["SelectStmt"]?["targetList"]?.elements.first
      else { continue }
      forms.trees[pair.0] = target["ResTarget"]?["val"]
    }
    return forms
  }

  /// What is wrong with the expression, if an error says that: of class 42, and not for want of a
  /// privilege.
  ///
  /// A server that only reads gives one of another class.
  private static func refusal(_ text: String) -> String? {
    let state = text.prefix(5)
    guard state.hasPrefix("42"), state != "42501" else { return nil }
    return "\(text.dropFirst(6)) (SQLSTATE \(state))"
  }
}
