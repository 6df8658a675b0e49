internal import Postgres
internal import SQLSyntax
internal import Synthesis
internal import Tenants

extension CounterexampleSearch {
  /// Drops claims to be somebody whom the root table's own constraints rule out.
  func withoutImpossibleClaims(
    _ found: [UInt32: Found], synthesizer: inout RowSynthesizer, on connection: any Connection
  ) throws -> [UInt32: Found] {
    let roots = tenancy.compactMap { relation, tenancy -> (relation: UInt32, column: String)? in
      if case .root(let column) = tenancy { (relation, column) } else { nil }
    }
    let ids = Set(found.values.flatMap(\.claims).compactMap(\.tenant)).sorted()
    let found = try withoutNobody(found, roots, on: connection)
    guard let root = roots.first, synthesizer.obstacles[root.relation] == nil, !ids.isEmpty else {
      return found
    }
    let rows = try synthesizer.makeRows(
      for: ids.map { id in
        RowSynthesizer.Wish(
          relation: root.relation, owner: .tenant(0), condition: "true",
          choices: [root.column: [id]])
      }, on: connection)
    let impossible = Set(zip(ids, rows).filter { $0.1 == nil }.map(\.0))
    return found.mapValues { found in
      var found = found
      found.claims.removeAll { $0.tenant.map(impossible.contains) == true }
      return found
    }
  }

  /// Drops what sessions without a tenant claim to be, where that is an id which stands for nobody
  /// and which no tenant has: `COALESCE(…, '00000000-…')` closes the table.
  private func withoutNobody(
    _ found: [UInt32: Found], _ roots: [(relation: UInt32, column: String)],
    on connection: any Connection
  ) throws -> [UInt32: Found] {
    let ids = Set(found.values.flatMap(\.claims).filter { $0.actor == nil }.compactMap(\.tenant))
      .filter(Self.standsForNobody)
    var nobody: Set<String> = []
    for id in ids.sorted() {
      let taken = try roots.contains { root in
        guard let relation = catalog.relations[root.relation] else { return false }
        let table = try SQLIdentifier.readable(schema: relation.schema, name: relation.name)
        let name = try SQLIdentifier.readable(root.column)
        return try connection.execute(
          "SELECT EXISTS (SELECT FROM \(table) WHERE \(name)::text = $1)::text", [.text(id)]
        ).scalar == "true"
      }
      if !taken { nobody.insert(id) }
    }
    return found.mapValues { found in
      var found = found
      found.claims.removeAll { $0.actor == nil && $0.tenant.map(nobody.contains) == true }
      return found
    }
  }

  /// True of ids that are not given out: empty, zero, negative, all bits zero or all one.
  private static func standsForNobody(_ id: String) -> Bool {
    if let number = Int(id) { return number <= 0 }
    let digits = Set(id.lowercased().filter { $0 != "-" })
    return digits.isEmpty || (id.count == 36 && (digits == ["0"] || digits == ["f"]))
  }
}
