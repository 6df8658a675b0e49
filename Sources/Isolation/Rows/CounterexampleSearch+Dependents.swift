internal import Postgres
internal import Synthesis

extension CounterexampleSearch {
  /// A row that the policies open to another tenant.
  struct Opened: Sendable {
    /// What it hangs on in other tables, in the order of insertion.
    var prerequisites: [SyntheticRow] = []
    /// The row.
    var row: SyntheticRow
  }

  /// Adds rows that refer to the rows which were found.
  ///
  /// A policy such as `EXISTS (SELECT FROM parents p WHERE p.id = parent_id)` lets through whatever
  /// the parent's policies do. The rows of another tenant that it opens are those whose parent
  /// is open, which a table's ordinary rows are not.
  func addDependents(
    of targets: [Relation], synthesizer: RowSynthesizer, into found: inout [UInt32: Found]
  ) {
    let wanted = Set(targets.filter(\.hasRowSecurity).map(\.oid))
    // What is open by itself shows so without another table's help.
    let open = Set(found.filter { !$0.value.placed.isEmpty }.keys)
    var keys = catalog.constraints.filter {
      $0.kind == .foreignKey && wanted.contains($0.relation) && !open.contains($0.relation)
        && $0.referencedRelation != $0.relation
    }
    // Each key is followed once, as soon as there is something behind it; the rest leads nowhere.
    while let index = keys.firstIndex(where: {
      found[$0.referencedRelation]?.placed.isEmpty == false
    }) {
      let key = keys.remove(at: index)
      for (target, parents) in found[key.referencedRelation]?.placed ?? [:] {
        for (number, parent) in parents.enumerated() {
          let prerequisites = parent.prerequisites + [parent.row]
          func child(_ salt: Int) -> Opened? {
            self.child(of: parent.row, by: key, target, synthesizer, salt: salt).map {
              Opened(prerequisites: prerequisites, row: $0)
            }
          }
          guard let row = child(2 * number), let another = child(2 * number + 1) else { continue }
          found[key.relation, default: Found()].placed[target, default: []].append(row)
          found[key.relation, default: Found()].inserted[target, default: []].append(another)
        }
      }
    }
  }

  /// The tables under policies, beside the targets, that these hang on at any distance.
  func parents(of targets: [Relation]) -> [Relation] {
    let keys = Dictionary(
      grouping: catalog.constraints.filter { $0.kind == .foreignKey }, by: \.relation)
    var known = Set(targets.map(\.oid))
    var open = targets.map(\.oid)
    var parents: [Relation] = []
    while let next = open.popLast() {
      for key in keys[next] ?? [] where known.insert(key.referencedRelation).inserted {
        open.append(key.referencedRelation)
        if let parent = catalog.relations[key.referencedRelation], parent.hasRowSecurity {
          parents.append(parent)
        }
      }
    }
    return parents
  }

  /// A row of a tenant like its last one, with another parent and, by `salt`, keys of its own.
  private func child(
    of parent: SyntheticRow, by key: Constraint, _ target: Int, _ synthesizer: RowSynthesizer,
    salt: Int
  ) -> SyntheticRow? {
    guard var row = synthesizer.rows(of: key.relation, owner: .tenant(target)).last,
      let relation = catalog.relations[key.relation]
    else { return nil }
    for (column, referenced) in zip(key.columns, key.referencedColumns) {
      guard let value = parent.values[referenced] ?? nil else { return nil }
      row.values[column] = value
    }
    let constraints = catalog.constraints(of: key.relation)
    let references = Set(constraints.filter { $0.kind == .foreignKey }.flatMap(\.columns))
    let own = Set(
      constraints.filter { [.primaryKey, .unique].contains($0.kind) }.flatMap(\.columns))
    row.renew(own.subtracting(references), of: relation, salt: 10 + salt)
    return row
  }
}

extension SyntheticRow {
  /// Gives the row other ids and numbers in `columns`; values of other types stay.
  ///
  /// - Parameter salt: Rows that are renewed with different ones differ.
  mutating func renew(_ columns: Set<String>, of relation: Relation, salt: Int) {
    for name in columns.sorted() {
      guard let type = relation.column(name)?.type, let old = values[name] ?? nil else { continue }
      if type.baseName == "uuid" {
        var random = SeededGenerator(seed: UInt64(relation.oid) &* 31 &+ UInt64(salt))
        values[name] = random.uuid()
      } else if let number = Int(old) {
        values[name] = String(number &+ salt)
      }
    }
  }
}
