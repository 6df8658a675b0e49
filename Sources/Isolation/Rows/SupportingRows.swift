internal import Postgres
internal import SQLSyntax
internal import Synthesis

extension Stage {
  /// The rows, in order, that a table's rows depend on, and its own: those that its foreign keys
  /// lead to, and those that its policies look at.
  ///
  /// - Parameter others: Tables whose rows a statement refers to, though those of the table do not.
  func supportingRows(of relation: UInt32, and others: [UInt32] = []) -> [SyntheticRow] {
    let needed = relationsConsulted(by: [relation] + others)
      .union(kept.intersection(placed.keys))
    let extra = (placed[relation] ?? [:]).sorted { $0.key < $1.key }.flatMap { tenant, rows in
      rows.dropFirst(max(synthesizer.rows(of: relation, owner: .tenant(tenant)).count - 1, 0))
        .flatMap { $0.prerequisites + [$0.row] }
    }
    let usual = synthesizer.insertions.filter { needed.contains($0.relation) }
    return extra.reduce(into: usual) { rows, row in
      // Several may hang on the same.
      if !rows.contains(row) { rows.append(row) }
    }
  }

  /// The tables, and all that their rows, their policies and the policies of those need.
  private func relationsConsulted(by first: [UInt32]) -> Set<UInt32> {
    let keys = Dictionary(
      grouping: catalog.constraints.filter { $0.kind == .foreignKey }, by: \.relation)
    let policies = catalog.policiesByRelation
    let byName = Dictionary(grouping: catalog.relations.values, by: \.name)
    let rows = Dictionary(grouping: synthesizer.insertions, by: \.relation)
    var needed: Set<UInt32> = []
    var open = first
    while let next = open.popLast() {
      guard needed.insert(next).inserted else { continue }
      // A key that is NULL needs no row, and one that is not needed can stand in the way: it may
      // refer to the table that is probed.
      let used = keys[next, default: []].filter { key in
        (rows[next, default: []] + (placed[next] ?? [:]).values.joined().map(\.row)).contains {
          row in key.columns.allSatisfy { (row.values[$0] ?? nil) != nil }
        }
      }
      open += used.map(\.referencedRelation)
      // What lies in a partitioned table is stored in its partitions.
      open += catalog.relations[next]?.parents ?? []
      for policy in policies[next, default: []] {
        for expression in [policy.using, policy.check].compactMap({ $0 }) {
          open += relations(in: expression, byName)
        }
      }
    }
    return needed
  }

  /// The relations that an expression names, by itself or in the functions that it calls.
  private func relations(
    in expression: String, _ byName: [String: [Relation]]
  ) -> [UInt32] {
    guard let tree = try? SyntaxTree.expression(expression) else { return [] }
    var found: [UInt32] = []
    tree.walk { node in
      guard let (type, fields) = node.node else { return }
      if type == "RangeVar", let name = fields["relname"]?.text {
        let schema = fields["schemaname"]?.text
        found += byName[name, default: []].filter { schema == nil || $0.schema == schema }.map(
          \.oid)
      } else if type == "FuncCall" {
        let name = fields["funcname"]?.elements.last?["String"]?["sval"]?.text
        for routine in catalog.routines where routine.name == name {
          found += relations(inBody: routine.source, byName)
        }
      }
    }
    return found
  }

  /// The relations whose names stand as words in the body of a function: too many do no harm.
  private func relations(inBody source: String, _ byName: [String: [Relation]]) -> [UInt32] {
    let words = source.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
    return Set(words.map { String($0) }).flatMap { word in
      (byName[word] ?? byName[word.lowercased()] ?? []).map(\.oid)
    }
  }
}
