internal import Postgres

extension PipelineStatement {
  /// Lets neither triggers nor foreign keys be looked at, until the savepoint is rolled back or
  /// `withForeignKeys` comes; only a superuser may.
  ///
  /// PostgreSQL manual, section 20.11 "Client Connection Defaults", session_replication_role: those
  /// that are ENABLE ALWAYS fire all the same.
  static let withoutForeignKeys = PipelineStatement(
    "SELECT set_config('session_replication_role', 'replica', true)")

  /// Lets triggers and foreign keys be looked at again.
  static let withForeignKeys = PipelineStatement(
    "SELECT set_config('session_replication_role', 'origin', true)")
}
