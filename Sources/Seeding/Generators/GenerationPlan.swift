internal import Digests
internal import Postgres

/// Which rows are made up, before any is.
package struct GenerationPlan: Sendable {
  /// What the rows are made from.
  package var model: RowModel
  /// The tenants' ids.
  package var tenants: [String]
  /// The tables by their places, in groups that are loaded one after the other.
  package var stages: [Stage]
  /// What is worth knowing about it.
  package var notes: [String]
  /// What all random numbers come from.
  package var seed: UInt64
  /// A checksum of everything that decides what the rows are.
  package var digest: String

  /// Tables that can be loaded at the same time.
  package struct Stage: Sendable, Equatable {
    /// Their places.
    package var tables: [Int]
    /// True when their rows refer to each other and must be there together.
    package var isJoint: Bool
  }

  /// All rows.
  package var rows: Int { model.counts.reduce(0) { $0 + $1.total } }

  /// A checksum over what decides on the rows.
  static func digest(
    of model: RowModel, tenants: [String], seed: UInt64
  ) -> String {
    var text = "\(seed)\n\(tenants)\n"
    for (recipe, counts) in zip(model.recipes, model.counts) {
      text += "\(recipe.relation.displayName) \(counts.counts)\n"
      for column in recipe.columns { text += "\(column)\n" }
      text += "\(recipe.groups)\n\(recipe.references)\n\(recipe.digits)\n\(recipe.windows)\n"
    }
    for pool in model.pools {
      var sum: UInt64 = 0
      for rows in pool.rows {
        for key in rows {
          for part in key {
            sum = Draw.mix(sum ^ Draw.hash(of: String(decoding: part, as: UTF8.self)))
          }
        }
      }
      text += "\(sum)\n"
    }
    return SHA256.hexDigest(of: Array(text.utf8))
  }
}
