internal import Postgres
internal import Synthesis

extension CounterexampleSearch {
  /// A row that hangs on a row which the policies of another table open.
  struct Dependent: Sendable {
    /// What it refers to, and what that refers to, in the order of insertion.
    var prerequisites: [SyntheticRow]
    /// The row.
    var row: SyntheticRow
    /// One like it that is not there yet, for the other tenant to insert.
    var another: SyntheticRow?
  }

  /// Adds rows that refer to the rows which were found.
  ///
  /// A policy such as `EXISTS (SELECT FROM parents p WHERE p.id = parent_id)` lets through whatever
  /// the parent's policies do. The rows of another tenant that it opens are those whose parent
  /// is open, which a table's ordinary rows are not.
  func addDependents(
    of targets: [Relation], synthesizer: RowSynthesizer, into found: inout [UInt32: Found]
  ) {
    var chains: [UInt32: [Int: [Dependent]]] = [:]
    for (relation, places) in found {
      for (target, rows) in places.placed {
        // One opened row is enough: whoever reads it reads what hangs on it.
        chains[relation, default: [:]][target] = rows.prefix(1).map {
          Dependent(prerequisites: [], row: $0)
        }
      }
    }
    let keys = catalog.constraints.filter {
      $0.kind == .foreignKey && $0.referencedRelation != $0.relation
    }
    let wanted = Set(targets.filter(\.hasRowSecurity).map(\.oid))
    // A chain of keys is followed one step a round.
    for _ in 0..<4 {
      var isDone = true
      for key in keys where wanted.contains(key.relation) && chains[key.relation] == nil {
        for (target, parents) in chains[key.referencedRelation] ?? [:] {
          guard let parent = parents.first,
            let row = child(of: parent.row, by: key, target, synthesizer)
          else { continue }
          let dependent = Dependent(
            prerequisites: parent.prerequisites + [parent.row], row: row,
            another: child(of: parent.row, by: key, target, synthesizer, step: 13))
          chains[key.relation, default: [:]][target, default: []].append(dependent)
          found[key.relation, default: Found()].dependents[target, default: []].append(dependent)
          isDone = false
        }
      }
      if isDone { return }
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

  /// A row of a tenant like its last one, with another parent and an identity of its own.
  private func child(
    of parent: SyntheticRow, by key: Constraint, _ target: Int, _ synthesizer: RowSynthesizer,
    step: Int = 11
  ) -> SyntheticRow? {
    guard var row = synthesizer.rows(of: key.relation, owner: .tenant(target)).last,
      let relation = catalog.relations[key.relation]
    else { return nil }
    for (column, referenced) in zip(key.columns, key.referencedColumns) {
      guard let value = parent.values[referenced] ?? nil else { return nil }
      row.values[column] = value
    }
    // Keys that the parent is no part of must not meet those of the row that was copied.
    for own in catalog.constraints(of: key.relation)
    where [.primaryKey, .unique].contains(own.kind)
      && (step != 11 || Set(own.columns).isDisjoint(with: key.columns))
    {
      for name in own.columns where !key.columns.contains(name) {
        guard let type = relation.column(name)?.type, let old = row.values[name] ?? nil else {
          continue
        }
        if type.baseName == "uuid" {
          var random = SeededGenerator(seed: UInt64(relation.oid) &* UInt64(step) &+ UInt64(target))
          row.values[name] = random.uuid()
        } else if let number = Int(old) {
          row.values[name] = String(number + step)
        }
      }
    }
    return row
  }
}
