/// A statement that cannot share a transaction with others, and what it is about.
package enum LoneStatement: Sendable, Equatable {
  /// A name with the schema that was written before it, if any.
  package struct Name: Sendable, Equatable {
    /// The schema.
    package var schema: String?
    /// The name in it.
    package var name: String

    /// As SQL takes it.
    ///
    /// - Throws: `SyntaxError` when it holds a NUL, which no parsed name does.
    package func quoted() throws(SyntaxError) -> String {
      let name = try SQLIdentifier.quoted(name)
      guard let schema else { return name }
      return try SQLIdentifier.quoted(schema) + "." + name
    }
  }

  /// What REINDEX rebuilds.
  package enum Rebuilt: Sendable, Equatable {
    /// One index.
    case index(Name)
    /// The indexes of a table.
    case table(Name)
    /// All of a schema, or of the database.
    case many
  }

  /// CREATE INDEX CONCURRENTLY; without a name PostgreSQL chooses one.
  case createIndex(Name?, on: Name)
  /// DROP INDEX CONCURRENTLY.
  case dropIndex(Name)
  /// REINDEX CONCURRENTLY, or of a schema or the database.
  case reindex(Rebuilt)
  /// ALTER TABLE … DETACH PARTITION … CONCURRENTLY.
  case detachPartition(Name, from: Name)
  /// CREATE DATABASE.
  case createDatabase(String)
  /// DROP DATABASE.
  case dropDatabase(String)
  /// CREATE TABLESPACE.
  case createTablespace(String)
  /// DROP TABLESPACE.
  case dropTablespace(String)
  /// VACUUM, CLUSTER, ALTER SYSTEM and others that may be run twice.
  case repeatable
  /// CALL and DO, which may commit on their way.
  case procedure
  /// Anything else that PostgreSQL refuses inside a transaction block.
  case other

  /// The statement in `sql`; nil when it can share a transaction, or does not parse.
  package init?(parsing sql: String) {
    let word = sql.prefix { $0.isASCII && $0.isLetter }.lowercased()
    switch word {
    case "vacuum", "cluster", "discard":
      guard StatementTraits(parsing: sql).refusesTransactionBlock else { return nil }
      self = .repeatable
    case "call", "do":
      self = .procedure
    case "create", "drop", "alter", "reindex":
      // Most definitions hold none of these words, and reading a tree costs a hundred times more.
      let words = ["concurrently", "database", "tablespace", "system", "subscription", "schema"]
      guard sql.lowercased().holdsAny(of: words),
        StatementTraits(parsing: sql).refusesTransactionBlock,
        let node = try? SyntaxTree.statements(of: sql).first?.node
      else { return nil }
      self.init(node.type, node.fields)
    default:
      return nil
    }
  }

  private init(_ type: String, _ fields: SyntaxNode) {
    switch type {
    case "IndexStmt":
      guard let table = fields["relation"].flatMap({ Name(rangeVar: $0) }) else { break }
      let name = fields["idxname"]?.text.map { Name(schema: table.schema, name: $0) }
      self = .createIndex(name, on: table)
      return
    case "DropStmt":
      guard let name = fields["objects"]?.elements.first.flatMap({ Name(list: $0) }) else { break }
      self = .dropIndex(name)
      return
    case "ReindexStmt":
      let name = fields["relation"].flatMap { Name(rangeVar: $0) }
      switch (fields["kind"]?.text, name) {
      case ("REINDEX_OBJECT_INDEX", let name?): self = .reindex(.index(name))
      case ("REINDEX_OBJECT_TABLE", let name?): self = .reindex(.table(name))
      default: self = .reindex(.many)
      }
      return
    case "AlterTableStmt":
      guard let parent = fields["relation"].flatMap({ Name(rangeVar: $0) }),
        let command = fields["cmds"]?.elements.first?["AlterTableCmd"]?["def"]?["PartitionCmd"],
        let child = command["name"].flatMap({ Name(rangeVar: $0) })
      else { break }
      self = .detachPartition(child, from: parent)
      return
    case "CreatedbStmt", "DropdbStmt":
      guard let name = fields["dbname"]?.text else { break }
      self = type == "CreatedbStmt" ? .createDatabase(name) : .dropDatabase(name)
      return
    case "CreateTableSpaceStmt", "DropTableSpaceStmt":
      guard let name = fields["tablespacename"]?.text else { break }
      self = type == "CreateTableSpaceStmt" ? .createTablespace(name) : .dropTablespace(name)
      return
    case "AlterSystemStmt":
      self = .repeatable
      return
    default: break
    }
    self = .other
  }
}

extension LoneStatement.Name {
  /// The name in a RangeVar.
  package init?(rangeVar: SyntaxNode) {
    guard let name = rangeVar["relname"]?.text else { return nil }
    self.init(schema: rangeVar["schemaname"]?.text, name: name)
  }

  /// The name in a list of strings, or in a `List` node of such.
  package init?(list: SyntaxNode) {
    let parts = (list["List"]?["items"] ?? list).elements.compactMap { $0["String"]?["sval"]?.text }
    guard let name = parts.last else { return nil }
    self.init(schema: parts.count > 1 ? parts[parts.count - 2] : nil, name: name)
  }
}
