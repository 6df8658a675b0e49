/// A role that another one can become.
package struct ReachableRole: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// The shortest way there: the role that is to begin with, those between, and the role itself.
  package var path: [String]
}

extension CatalogReader {
  /// The roles that a session of `role` can take on with SET ROLE, in order of their names.
  ///
  /// Any membership counts, direct or not, whether its rights are inherited or not; since version 16
  /// only those granted WITH SET (PostgreSQL manual, GRANT, "GRANT on Roles").
  ///
  /// - Throws: `PostgresError`.
  package static func reachableRoles(
    from role: String, on connection: any Connection
  ) throws -> [ReachableRole] {
    let canSet = connection.serverVersion >= 160_000 ? "AND m.set_option" : ""
    // The server refuses circular memberships; a way that came by a role does not go there again
    // all the same.
    let result = try connection.execute(
      """
      WITH RECURSIVE way (oid, names) AS (
        SELECT r.oid, ARRAY[r.rolname::text] FROM pg_catalog.pg_roles r WHERE r.rolname = $1
        UNION
        SELECT g.oid, w.names || g.rolname::text
        FROM way w JOIN pg_catalog.pg_auth_members m ON m.member = w.oid \(canSet)
          JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
        WHERE g.rolname <> ALL (w.names) AND pg_catalog.cardinality(w.names) < 16)
      SELECT DISTINCT ON (r.rolname) r.rolname::text, w.names::text
      FROM way w JOIN pg_catalog.pg_roles r ON r.oid = w.oid WHERE r.rolname <> $1
      ORDER BY r.rolname, pg_catalog.cardinality(w.names), w.names
      """, [.text(role)])
    return result.rows.map { ReachableRole(name: $0.text(0), path: $0.list(1)) }
  }
}
