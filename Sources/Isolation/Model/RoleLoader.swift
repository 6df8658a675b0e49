internal import DatabaseInstrumentation
internal import Postgres

/// Finds out as which roles the application can act.
struct RoleLoader {
  var options: IsolationOptions
  var client: InstrumentedClient

  /// The roles to probe.
  struct Roles {
    /// The named roles, and those that they can become and that policies bind.
    var bound: [Actor] = []
    /// Roles that a named one can become and that no policy binds.
    var unbound: [Actor] = []
    /// Roles that could not be taken on, with the reason.
    var missed: [(role: String, reason: String)] = []
  }

  /// Reads the roles, and lets the client take each on as the application would.
  ///
  /// - Throws: `IsolationError` for a role that cannot be probed; `PostgresError`.
  func load() throws -> Roles {
    guard !options.roles.isEmpty else { throw IsolationError.noRole }
    let connection = client.connection
    let session = try connection.execute("SELECT session_user::text").scalar ?? ""
    let administrator = try CatalogReader.role(session, from: connection)
    var roles = Roles()
    for name in options.roles {
      guard let role = try CatalogReader.role(name, from: connection) else {
        throw IsolationError.unknownRole(name)
      }
      guard administrator?.isSuperuser == true || administrator?.memberships.contains(name) == true
      else {
        throw IsolationError.cannotBecome(role: name, session: session)
      }
      roles.bound.append(
        Actor(role: role, privileges: try CatalogReader.privileges(of: name, from: connection)))
    }
    guard options.probesReachableRoles else { return roles }
    var known = Set(options.roles)
    for named in roles.bound where !named.isUnbound {
      for reachable in try CatalogReader.reachableRoles(from: named.role.name, on: connection)
      where known.insert(reachable.name).inserted {
        try add(reachable, to: &roles, pretendsLogin: administrator?.isSuperuser == true)
      }
    }
    return roles
  }

  /// Adds a role if the session really can take it on.
  private func add(
    _ reachable: ReachableRole, to roles: inout Roles, pretendsLogin: Bool
  ) throws {
    let connection = client.connection
    guard let role = try CatalogReader.role(reachable.name, from: connection) else { return }
    let login = reachable.path.first ?? reachable.name
    var refusal: String?
    do {
      try connection.undoing {
        if pretendsLogin {
          try connection.execute(
            "SELECT set_config('session_authorization', $1, true)", [.text(login)])
        }
        try connection.execute("SELECT set_config('role', $1, true)", [.text(role.name)])
      }
    } catch let error as PostgresError where error.code == .server {
      refusal = error.message
    }
    if let refusal {
      // What the server refuses the application itself is no way in.
      if !pretendsLogin { roles.missed.append((role.name, refusal)) }
      return
    }
    if pretendsLogin { client.logins[role.name] = login }
    let privileges = try CatalogReader.privileges(of: role.name, from: connection)
    let actor = Actor(role: role, privileges: privileges, path: reachable.path)
    if actor.isUnbound { roles.unbound.append(actor) } else { roles.bound.append(actor) }
  }
}
