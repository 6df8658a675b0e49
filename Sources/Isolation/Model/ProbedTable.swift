internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

/// A row of a made-up tenant that lies in a table.
struct PlacedRow: Sendable {
  /// The row.
  var row: SyntheticRow
  /// The OID of the relation that stores it, a partition of the one it was inserted into for
  /// example.
  var storage: String
  /// Its place there (`ctid`).
  var place: String
  /// The row as it was stored, as text of its composite type; nil until it is read.
  var text: String?
  /// What it hangs on in other tables, beside the rows that lie there anyway.
  var prerequisites: [SyntheticRow] = []
}

/// A table with what is needed to probe it.
struct ProbedTable: Sendable {
  /// The table.
  var relation: Relation
  /// How its rows belong to tenants.
  var tenancy: Tenancy
  /// The foreign key through which rows belong to a tenant, in a table without a tenant column.
  var parentKey: Constraint?
  /// The foreign key by which the rows of tenants refer to its rows, in a table of people.
  var memberKey: Constraint?
  /// The rows that lie in it, by the tenant's number.
  var placed: [Int: [PlacedRow]]
  /// A row that could be inserted, by the tenant's number.
  var spare: [Int: SyntheticRow]
  /// Rows that the policies' expressions seem to let another tenant insert, by the tenant they
  /// belong to.
  var counterexamples: [Int: [SyntheticRow]]
  /// Settings other than the tenant's that the policies ask for.
  var backdoors: [[String: String]]
  /// A row that belongs to no tenant, where there can be such.
  var unowned: SyntheticRow?
  /// Rows of made-up tenant ids that the policies seem to accept.
  var claims: [CounterexampleSearch.Claim]
  /// True when rows of other tables lie in place that refer to its own.
  var isReferencedInPlace: Bool
  /// The columns of its keys.
  var keyColumns: Set<String>
  /// The columns of its foreign keys.
  var referringColumns: Set<String>
  /// The table as SQL writes it.
  var sqlName: String
  /// The columns of the primary key, where rows are to be sought by it alone.
  var soughtBy: [String] = []

  /// The column that says to which tenant a row belongs; nil in a table without one.
  var tenantColumn: String? {
    switch tenancy {
    case .root(let column), .column(let column): column
    default: nil
    }
  }

  /// True in a table of people: whose a new row is, or a changed key, is said in other tables.
  var holdsMembers: Bool { memberKey != nil }

  /// The columns that decide to whom a row belongs, with the values of a tenant's own row.
  func ownershipValues(of tenant: Int) -> [(column: String, value: String?)] {
    let columns =
      tenantColumn.map { [$0] } ?? parentKey?.columns ?? memberKey?.referencedColumns ?? []
    guard let row = placed[tenant]?.first?.row else { return [] }
    return columns.map { ($0, row.values[$0] ?? nil) }
  }

  /// True when all of a tenant's rows belong to it through the same values.
  func hasOneOwner(_ tenant: Int) -> Bool {
    let values = ownershipValues(of: tenant)
    return placed[tenant, default: []].allSatisfy { placed in
      values.allSatisfy { (placed.row.values[$0.column] ?? nil) == $0.value }
    }
  }

  /// A condition that all rows of a tenant satisfy, those that only could be inserted as well.
  ///
  /// The rows of a table without a tenant column need not belong to it through the same parent.
  func ownershipCondition(ofTenant tenant: Int) throws -> (sql: String, parameters: [Parameter]) {
    let rows = placed[tenant, default: []].map(\.row) + (spare[tenant].map { [$0] } ?? [])
    return try ownershipCondition(of: rows, tenant) ?? ("false", [])
  }

  /// A condition that `rows` of a tenant satisfy by the columns that decide whose they are, with its
  /// parameters from `$first` on; nil when no row has a value in each of them.
  private func ownershipCondition(
    of rows: [SyntheticRow], _ tenant: Int, first: Int = 1
  ) throws -> (sql: String, parameters: [Parameter])? {
    let columns = ownershipValues(of: tenant).map(\.column)
    var seen: Set<[String]> = []
    var conditions: [String] = []
    var parameters: [Parameter] = []
    for row in rows {
      let values = columns.compactMap { row.values[$0] ?? nil }
      guard !columns.isEmpty, values.count == columns.count, seen.insert(values).inserted else {
        continue
      }
      let parts = try zip(columns, values).map { column, value in
        parameters.append(.text(value))
        return try SQLIdentifier.readable(column) + " = $\(first + parameters.count - 1)"
      }
      conditions.append(parts.joined(separator: " AND "))
    }
    guard conditions.count > 1 else { return conditions.first.map { ($0, parameters) } }
    return ("(" + conditions.map { "(\($0))" }.joined(separator: " OR ") + ")", parameters)
  }

  /// A condition that a tenant's rows satisfy, with its parameters from `$first` on.
  ///
  /// Uses only columns in `readable`, by themselves or with the place in the table when that may be
  /// read.
  func condition(
    ofTenant tenant: Int, readable: Set<String>, first: Int = 1
  ) throws -> (sql: String, parameters: [Parameter])? {
    if let byKey = try keyCondition(placed[tenant, default: []].map(\.row), readable, first) {
      return byKey
    }
    let owned = ownershipValues(of: tenant)
    if owned.allSatisfy({ readable.contains($0.column) && $0.value != nil }),
      // Rows that belong to a tenant through a parent need not have the same one.
      let condition = try ownershipCondition(
        of: placed[tenant, default: []].map(\.row), tenant, first: first)
    {
      return condition
    }
    // A value that only this tenant's row has tells it as well.
    let others = placed.filter { $0.key != tenant }.values.joined().map(\.row.values)
    if let row = placed[tenant]?.first?.row {
      for column in relation.columns
      where readable.contains(column.name) && column.type.isComparable {
        guard let value = row.values[column.name] ?? nil,
          !others.contains(where: { ($0[column.name] ?? nil) == value })
        else { continue }
        return (try SQLIdentifier.readable(column.name) + " = $\(first)", [.text(value)])
      }
    }
    // The system columns come only with the privilege on the whole table.
    guard readable.isSuperset(of: relation.columns.map(\.name)) else { return nil }
    return (try storageCondition(ofTenant: tenant), [])
  }

  /// A condition that exactly the placed rows of a tenant satisfy while nobody has changed them.
  func storageCondition(ofTenant tenant: Int) throws -> String {
    let byStorage = Dictionary(grouping: placed[tenant] ?? [], by: \.storage)
    let parts = try byStorage.sorted { $0.key < $1.key }.map { storage, rows in
      let places = "{" + rows.map { "\"\($0.place)\"" }.joined(separator: ",") + "}"
      return
        "(tableoid = \(try SQLLiteral.quoted(storage))::oid AND ctid = ANY (\(try SQLLiteral.quoted(places))::tid[]))"
    }
    return parts.isEmpty ? "false" : parts.joined(separator: " OR ")
  }
}
