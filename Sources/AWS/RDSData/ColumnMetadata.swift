/// What a result's column is.
///
/// RDS Data Service API Reference, "ColumnMetadata"; the names and numbers are JDBC's.
package struct ColumnMetadata: Sendable, Equatable, Codable {
  package var name: String?
  package var label: String?
  /// The number of the type in `java.sql.Types`.
  package var type: Int?
  /// PostgreSQL's name of the type, for example `int4`.
  package var typeName: String?
  package var schemaName: String?
  package var tableName: String?
  /// 0: never NULL, 1: may be NULL, 2: not known.
  package var nullable: Int?
  package var precision: Int?
  package var scale: Int?
  package var isAutoIncrement: Bool?
  package var isSigned: Bool?
  package var isCurrency: Bool?
  package var isCaseSensitive: Bool?
  package var arrayBaseColumnType: Int?

  /// Metadata of which nothing is known.
  package init() {}
}
