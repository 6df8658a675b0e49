internal import Postgres
internal import SQLSyntax

/// What the body of a function says, as far as it is text that PostgreSQL's parser knows.
struct RoutineBody {
  /// Relations that are named without a schema, those of WITH left out.
  private(set) var unqualifiedRelations: Set<String> = []
  /// Relations that are written to, as the body names them, with a schema or without.
  private(set) var written: [(schema: String?, name: String, usesRow: Bool)] = []
  /// Functions that are called without a schema.
  private(set) var unqualifiedFunctions: Set<String> = []
  /// The functions that are called, with or without a schema.
  private(set) var functions: Set<String> = []
  /// True when a notification carries a value of the row that a trigger fires for.
  private(set) var notifiesOfRow = false

  /// All relations that are named, without their schemas.
  private(set) var relations: Set<String> = []
  /// All columns that are named; `*` for all of a relation's.
  private(set) var columns: Set<String> = []
  /// The texts that stand in the body, of SQL that it puts together for example.
  private(set) var texts: [String] = []
  /// True when the planner's estimates are asked for.
  private(set) var explains = false
  /// The arguments of each call of a function of dblink.
  private(set) var remoteCalls: [[SyntaxNode]] = []
  /// Settings that are set for the session, not for the transaction.
  private(set) var sessionSettings: Set<String> = []

  /// Reads the body; nil for a language that is not SQL or PL/pgSQL and for one it cannot read.
  init?(language: String, source: String, definition: String) {
    let statements: [SyntaxNode]?
    switch language {
    case "sql": statements = try? SyntaxTree.statements(of: source)
    case "plpgsql": statements = try? SyntaxTree.procedureStatements(of: definition)
    default: statements = nil
    }
    guard let statements else { return nil }
    read(statements)
  }

  /// Reads the body of `routine`, one whose names were bound when it was made too.
  init?(_ routine: CallableRoutine) {
    self.init(
      language: routine.language,
      source: routine.hasBoundBody ? routine.definition : routine.source,
      definition: routine.definition)
  }

  /// Reads the body of a trigger function in PL/pgSQL.
  init?(trigger source: String) {
    var tag = "$dbtool$"
    while source.contains(tag) { tag = "$" + tag.dropFirst().dropLast() + "x$" }
    self.init(
      language: "plpgsql", source: source,
      definition:
        "CREATE FUNCTION dbtool() RETURNS trigger LANGUAGE plpgsql AS \(tag)\(source)\(tag)"
    )
  }

  private static var explanation: Regex<Substring> {
    /(?i)^\s*explain\s*(?:\(|(?:analyze|verbose|select|insert|update|delete|merge|with|%s)\b|$)/
  }

  private mutating func read(_ statements: [SyntaxNode]) {
    var common: Set<String> = []
    var relations: Set<String> = []
    // A value of the row may go through a variable first.
    var isRowAssigned = false
    var hasVariablePayload = false
    for statement in statements {
      let usesRow = Self.usesRow(statement)
      var isNotification = false
      statement.walk { node in
        guard let (type, fields) = node.node else { return }
        switch type {
        case "CommonTableExpr":
          if let name = fields["ctename"]?.text { common.insert(name) }
        case "ExplainStmt": explains = true
        case "ColumnRef":
          guard let last = fields["fields"]?.elements.last else { return }
          columns.insert(last["A_Star"] != nil ? "*" : Self.name(last) ?? "")
        case "RangeVar":
          if let name = fields["relname"]?.text { self.relations.insert(name) }
          if fields["schemaname"]?.text == nil, let name = fields["relname"]?.text {
            relations.insert(name)
          }
        case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt":
          if let name = fields["relation"]?["relname"]?.text {
            written.append((fields["relation"]?["schemaname"]?.text, name, usesRow))
            if fields["relation"]?["schemaname"]?.text == nil { relations.insert(name) }
          }
        case "FuncCall":
          let names = fields["funcname"]?.elements.compactMap(Self.name) ?? []
          guard let name = names.last else { return }
          functions.insert(name)
          if names.count == 1 { unqualifiedFunctions.insert(name) }
          if name.hasPrefix("dblink") { remoteCalls.append(fields["args"]?.elements ?? []) }
          if name == "set_config", let setting = SessionSettings.name(ofCall: fields) {
            sessionSettings.insert(setting)
          }
          if name == "pg_notify" {
            isNotification = true
            let payload = fields["args"]?.elements.dropFirst().first ?? .null
            if Self.usesRow(fields["args"] ?? .null) { notifiesOfRow = true }
            if Self.usesVariable(payload) { hasVariablePayload = true }
          }
        case "VariableSetStmt":
          if let setting = SessionSettings.name(ofStatement: fields) {
            sessionSettings.insert(setting)
          }
        case "A_Const":
          if let text = Self.text(fields) {
            texts.append(text)
            if text.contains(Self.explanation) { explains = true }
          }
          if let text = Self.text(fields), let setting = SessionSettings.name(inText: text) {
            sessionSettings.insert(setting)
          }
          if Self.text(fields)?.lowercased().contains("notify ") == true, usesRow {
            notifiesOfRow = true
          }
        default: break
        }
      }
      if usesRow, !isNotification, !Self.isRowItself(statement) { isRowAssigned = true }
    }
    unqualifiedRelations = relations.subtracting(common)
    if hasVariablePayload, isRowAssigned { notifiesOfRow = true }
  }

  /// True when it names NEW or OLD.
  private static func usesRow(_ node: SyntaxNode) -> Bool {
    var found = false
    node.walk { node in
      guard let (type, fields) = node.node, type == "ColumnRef" else { return }
      if let first = fields["fields"]?.elements.first.flatMap(name), ["new", "old"].contains(first)
      {
        found = true
      }
    }
    return found
  }

  /// True when it names a variable other than those that say which trigger fires (`TG_NAME`, …).
  private static func usesVariable(_ node: SyntaxNode) -> Bool {
    var found = false
    node.walk { node in
      guard let (type, fields) = node.node, type == "ColumnRef",
        let first = fields["fields"]?.elements.first.flatMap(name)
      else { return }
      if !first.hasPrefix("tg_") { found = true }
    }
    return found
  }

  /// True for what RETURN NEW is to the parser.
  private static func isRowItself(_ statement: SyntaxNode) -> Bool {
    let targets = statement["SelectStmt"]?["targetList"]?.elements ?? []
    return targets.count == 1
      && targets[0]["ResTarget"]?["val"]?["ColumnRef"]?["fields"]?.elements
        .count == 1
  }

  private static func name(_ node: SyntaxNode) -> String? {
    node["String"]?["sval"]?.text ?? node["String"]?["str"]?.text
  }

  static func text(_ constant: SyntaxNode) -> String? {
    constant["sval"]?["sval"]?.text ?? constant["val"]?["String"]?["str"]?.text
  }
}
