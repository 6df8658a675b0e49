/// Tables of the schema `dbtool` in which is remembered what was done.
package enum LedgerTables {
  /// Makes the schema and the tables unless they are there, or another runner makes them just now.
  ///
  /// Not `CREATE SCHEMA IF NOT EXISTS`: that asks for the privilege even when there is nothing to
  /// create.
  ///
  /// - Parameter tables: Names without the schema, each with what stands in the parentheses of CREATE TABLE.
  package static func creation(
    _ tables: KeyValuePairs<StaticString, StaticString>
  ) -> PipelineStatement {
    let creations = tables.map { name, columns in
      """
        IF to_regclass('dbtool.\(name)') IS NULL THEN
          BEGIN
            CREATE TABLE dbtool.\(name) (\(columns));
          EXCEPTION WHEN duplicate_table OR unique_violation THEN NULL;
          END;
        END IF;
      """
    }
    return PipelineStatement(
      """
      DO $ledger$
      BEGIN
        IF to_regnamespace('dbtool') IS NULL THEN
          BEGIN
            CREATE SCHEMA dbtool;
          EXCEPTION WHEN duplicate_schema OR unique_violation THEN NULL;
          END;
        END IF;
      \(creations.joined(separator: "\n"))
      END
      $ledger$
      """)
  }
}
