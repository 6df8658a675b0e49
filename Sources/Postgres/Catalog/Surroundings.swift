/// What lies around the tables: privileges and definitions that decide what a role can reach next.
package struct Surroundings: Sendable {
  /// The owner of each of the user's schemas.
  package var schemaOwners: [String: String]
  /// The owner of the database.
  package var databaseOwner: String
  /// What each role may do that is no privilege on a relation, by the role's name.
  package var roles: [String: RoleReach]
  /// Sequences of the user's schemas.
  package var sequences: [SequenceDefinition]
  /// What tables that are still to be created will grant.
  package var defaultPrivileges: [DefaultPrivilege]
  /// Triggers of the user's, without those that foreign keys make.
  package var triggers: [TriggerDefinition]
  /// Functions and procedures that can be called, other than an extension's.
  package var routines: [CallableRoutine]
  /// Functions that only triggers call, other than an extension's.
  package var triggerRoutines: [CallableRoutine]
  /// True when large objects have no privileges (`lo_compat_privileges`).
  package var largeObjectsAreOpen: Bool

  /// What a role may do that is no privilege on a relation; nothing for a role that is not known.
  package func reach(of role: String) -> RoleReach { roles[role] ?? RoleReach() }
}

/// What a role may do that is no privilege on a relation.
package struct RoleReach: Sendable, Equatable {
  /// True when it may stream the server's log or copy the whole cluster.
  package var replicates = false
  /// True when it may make temporary objects in this database.
  package var createsTemporary = false
  /// Foreign servers that it may use with somebody's credentials.
  package var mappedServers: [String] = []
  /// Functions that connect to other databases as the server's own user.
  package var unboundConnectors: [String] = []
  /// How many large objects it may read.
  package var largeObjects = 0
  /// One of those large objects; nil when there is none.
  package var largeObject: UInt32?
}

/// A sequence.
package struct SequenceDefinition: Sendable, Equatable {
  /// Its schema.
  package var schema: String
  /// Its name in the schema.
  package var name: String
  /// The relations that draw from it or own it.
  package var relations: [UInt32]
  /// The roles, of those that were asked for, that may read it.
  package var readers: [String]
  /// The roles, of those that were asked for, that may set it.
  package var setters: [String]

  /// `schema.name` without quotes, for people and reports.
  package var displayName: String { schema + "." + name }
}

/// What tables that are still to be created will grant.
package struct DefaultPrivilege: Sendable, Equatable {
  /// The role whose tables they will be.
  package var creator: String
  /// The schema they will be in; nil for any.
  package var schema: String?
  /// The role that gets the privileges; nil for PUBLIC.
  package var grantee: String?
  /// `SELECT`, `INSERT` and so on.
  package var privileges: [String]
}

/// A trigger with the function that it calls.
package struct TriggerDefinition: Sendable, Equatable {
  /// The relation it belongs to.
  package var relation: UInt32
  /// Its name.
  package var name: String
  /// The function, as `schema.name` without quotes.
  package var function: String
  /// The function's body, as far as it is text.
  package var source: String
  /// True when it runs with the rights of its owner.
  package var isSecurityDefiner: Bool
  /// True when it fires on INSERT.
  package var firesOnInsert: Bool
  /// True when it fires on UPDATE.
  package var firesOnUpdate: Bool
  /// True when it fires on DELETE.
  package var firesOnDelete: Bool
}

/// A function or procedure with what decides who calls it and what it does.
package struct CallableRoutine: Sendable, Equatable {
  /// The object identifier.
  package var oid: UInt32
  /// Its schema.
  package var schema: String
  /// Its name in the schema.
  package var name: String
  /// True for a procedure.
  package var isProcedure: Bool
  /// The types of its arguments as SQL writes them.
  package var argumentTypes: [String]
  /// The language of its body.
  package var language: String
  /// Its body, as far as it is text.
  package var source: String
  /// The statement that makes it, for PostgreSQL's own parser of bodies.
  package var definition: String
  /// True when names in its body were looked up when it was created.
  package var hasBoundBody: Bool
  /// True when it claims to tell nothing about its arguments.
  package var isLeakproof: Bool
  /// True when it runs with the rights of its owner.
  package var isSecurityDefiner: Bool
  /// True when it may change the database.
  package var isVolatile: Bool
  /// The role that owns it.
  package var owner: String
  /// Settings that hold while it runs, as `name=value`.
  package var settings: [String]
  /// The relations whose policies call it.
  package var policyRelations: [UInt32]
  /// The roles, of those that were asked for, that may call it.
  package var executors: [String]

  /// `schema.name` without quotes, for people and reports.
  package var displayName: String { schema + "." + name }

  /// The schemas in which names are looked up while it runs; nil when its caller says.
  package var searchPath: [String]? {
    settings.first { $0.hasPrefix("search_path=") }.map { setting in
      setting.dropFirst("search_path=".count).split(separator: ",").map { part in
        String(
          part.drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == " " || $0 == "\"" }
            .reversed())
      }.filter { !$0.isEmpty }
    }
  }
}
