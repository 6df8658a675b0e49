/// What a statement does to the schema or to rows, as far as rules ask for it.
package enum SchemaChange: Sendable, Equatable {
  /// CREATE TABLE.
  case createTable(NewTable)
  /// One action of an ALTER TABLE, or of ALTER VIEW and ALTER INDEX, whose grammar is the same.
  case alter(QualifiedName, TableAction)
  /// CREATE INDEX.
  case createIndex(NewIndex)
  /// DROP of something; `kind` is the tree's, for example `OBJECT_TABLE`.
  case drop(kind: String, QualifiedName, isConcurrent: Bool, cascades: Bool)
  /// RENAME of something: an object itself, or `part` of it such as a column.
  case rename(kind: String, QualifiedName?, part: String?, to: String)
  /// ALTER … SET SCHEMA.
  case setSchema(kind: String, QualifiedName, to: String)
  /// CREATE POLICY.
  case createPolicy(NewPolicy)
  /// DROP POLICY.
  case dropPolicy(String, QualifiedName)
  /// GRANT to PUBLIC; `kind` is the tree's.
  case grantToPublic(kind: String, objects: [String], privileges: [String])
  /// CREATE VIEW and CREATE MATERIALIZED VIEW.
  case createView(NewView)
  /// CREATE FUNCTION and CREATE PROCEDURE, or the part of ALTER that concerns rules.
  case routine(NewRoutine)
  /// ALTER TYPE … ADD VALUE.
  case addEnumValue(QualifiedName, String, hasPlace: Bool)
  /// ALTER TYPE … RENAME VALUE.
  case renameEnumValue(QualifiedName, String)
  /// CREATE TYPE … AS ENUM.
  case createEnum(QualifiedName)
  /// A CHECK of a domain, new or added.
  case constrainDomain(QualifiedName, isNew: Bool)
  /// CREATE ROLE and ALTER ROLE with attributes that are on.
  case role(String, attributes: [String])
  /// TRUNCATE.
  case truncate([QualifiedName], cascades: Bool)
  /// VACUUM FULL and CLUSTER.
  case rewrite(String, QualifiedName?)
  /// REINDEX.
  case reindex(QualifiedName?, isConcurrent: Bool)
  /// REFRESH MATERIALIZED VIEW.
  case refresh(QualifiedName, isConcurrent: Bool)
  /// UPDATE, DELETE, or an INSERT from a query.
  case changeRows(QualifiedName, String, hasCondition: Bool)
  /// The same column given twice.
  case repeatedColumn(String)
  /// SET of a parameter to a value.
  case set(String, String)
  /// DROP DATABASE.
  case dropDatabase(String)
}

/// One action of an ALTER TABLE.
package enum TableAction: Sendable, Equatable {
  case addColumn(NewColumn, isConditional: Bool)
  case dropColumn(String)
  case setType(String, ColumnType, offset: Int?)
  case setNotNull(String)
  case dropNotNull(String)
  case addConstraint(NewConstraint)
  case validate(String)
  case dropConstraint(String)
  case addIdentity(String)
  case rowSecurity(RowSecurity)
  case attach(QualifiedName)
  case detach(QualifiedName, isConcurrent: Bool)
  case rewrite(String)
  case setOptions([String: String])
  /// An action that takes a lock and is done at once.
  case brief
  /// An action that takes no lock against reading and writing.
  case harmless

  /// What happens to row-level security.
  package enum RowSecurity: String, Sendable {
    case enable = "AT_EnableRowSecurity"
    case disable = "AT_DisableRowSecurity"
    case force = "AT_ForceRowSecurity"
    case noForce = "AT_NoForceRowSecurity"
  }
}

/// A policy that a statement creates.
package struct NewPolicy: Sendable, Equatable {
  package var name: String
  package var table: QualifiedName
  package var isPermissive: Bool
  /// The constant TRUE stands where a condition should.
  package var admitsAll: Bool
  /// The roles that it is for; empty for PUBLIC.
  package var roles: [String]
}

/// A view that a statement creates.
package struct NewView: Sendable, Equatable {
  package var name: QualifiedName
  package var isMaterialized: Bool
  package var isInvoker: Bool
  /// Every relation that the query names, outside of WITH.
  package var sources: [QualifiedName]
}

/// What a statement says about a function or procedure.
package struct NewRoutine: Sendable, Equatable {
  package var name: QualifiedName
  /// False for ALTER FUNCTION.
  package var isNew: Bool
  package var isSecurityDefiner: Bool
  package var setsSearchPath: Bool
  /// True for IMMUTABLE and STABLE.
  package var isSteady: Bool
}
