/// What became of the rows of a step.
package struct SeedRowCounts: Sendable, Equatable {
  /// Rows that were written, those that were updated included.
  package var written: Int
  /// Rows of the file that took the place of what was there.
  package var updated: Int
  /// Rows of the file that were left out because their key was there.
  package var existing: Int

  /// Counts that are known.
  package init(written: Int = 0, updated: Int = 0, existing: Int = 0) {
    self.written = written
    self.updated = updated
    self.existing = existing
  }
}
