@testable import Postgres

/// The catalog of a small application, into which an input brings its own expressions.
enum SampleCatalog {
  static let tenants: UInt32 = 1
  static let bookings: UInt32 = 2
  static let memberships: UInt32 = 3
  static let rooms: UInt32 = 4

  /// - Parameters:
  ///   - policy: The USING of a policy on bookings.
  ///   - check: The WITH CHECK of it.
  ///   - body: The body of the function `app.context`, which takes one argument.
  ///   - initial: The default of a column.
  static func with(
    policy: String = "true", check: String? = nil, body: String = "", initial: String? = nil
  ) -> Catalog {
    let relations = [
      relation(tenants, "tenants", ["id": "uuid", "name": "text"]),
      relation(
        bookings, "bookings",
        [
          "tenant_id": "uuid", "id": "int8", "guests": "int4", "nights": "int4", "paid": "bool",
          "note": "text", "details": "jsonb",
        ], initial: initial),
      relation(
        memberships, "memberships", ["tenant_id": "uuid", "user_id": "uuid", "role": "text"]),
      relation(rooms, "rooms", ["hotel": "uuid", "id": "int8"]),
    ]
    return Catalog(
      relations: Dictionary(uniqueKeysWithValues: relations.map { ($0.oid, $0) }),
      constraints: [
        key("tenants_pkey", .primaryKey, tenants, ["id"]),
        key("bookings_tenant_fkey", .foreignKey, bookings, ["tenant_id"], of: tenants, ["id"]),
        key(
          "memberships_tenant_fkey", .foreignKey, memberships, ["tenant_id"], of: tenants, ["id"]),
        key("rooms_hotel_fkey", .foreignKey, rooms, ["hotel"], of: tenants, ["id"]),
      ],
      policies: [
        PolicyDefinition(
          name: "tenant", relation: bookings, command: "ALL", isPermissive: true, roles: [],
          using: policy, check: check)
      ],
      routines: [
        Routine(
          oid: 10, schema: "app", name: "context", kind: .function, argumentTypes: ["text"],
          argumentNames: ["name"], argumentModes: [], defaultCount: 0, isVariadic: false,
          result: "uuid", isSecurityDefiner: false, volatility: .stable, owner: "owner",
          source: body, settings: [], policyRelations: [])
      ])
  }

  private static func relation(
    _ oid: UInt32, _ name: String, _ columns: [String: String], initial: String? = nil
  ) -> Relation {
    var relation = Relation(
      oid: oid, schema: "public", name: name, kind: .table, owner: "owner", hasRowSecurity: true,
      forcesRowSecurity: true, isPartition: false, parents: [], options: [],
      partitionConstraint: nil, hasTriggers: false)
    for (name, type) in columns.sorted(by: { $0.key < $1.key }) {
      relation.columns.append(
        Column(
          number: relation.columns.count + 1, name: name, type: ColumnType(named: type),
          isNotNull: name == "id", defaultExpression: name == "tenant_id" ? initial : nil,
          generation: .none,
          computation: nil))
    }
    return relation
  }

  private static func key(
    _ name: String, _ kind: Constraint.Kind, _ relation: UInt32, _ columns: [String],
    of other: UInt32 = 0, _ referenced: [String] = []
  ) -> Constraint {
    Constraint(
      name: name, kind: kind, relation: relation, domain: 0, columns: columns,
      referencedRelation: other, referencedColumns: referenced, deleteAction: .noAction,
      isDeferrable: false, expression: nil, definition: "")
  }

  /// The rule that a CHECK of bookings states.
  static func check(_ expression: String, columns: [String]) -> Constraint {
    Constraint(
      name: "bookings_check", kind: .check, relation: bookings, domain: 0, columns: columns,
      referencedRelation: 0, referencedColumns: [], deleteAction: .noAction, isDeferrable: false,
      expression: expression, definition: "CHECK (\(expression))")
  }
}
