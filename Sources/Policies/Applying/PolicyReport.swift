/// What applying policies did.
package struct PolicyReport: Sendable, Equatable {
  /// Names of the files that were applied, in order.
  package var applied: [String] = []
  /// Names that the ledger forgot, because the folder no longer has them.
  package var forgotten: [String] = []
  /// The number of statements of all files.
  package var statementCount = 0
  /// The objects that the manifest changed.
  package var changed: [ObjectChange] = []
  /// How often it was tried again because a lock did not come.
  package var retries = 0
  /// How long tables were locked.
  package var lockedFor = Duration.zero
  /// How long it took.
  package var duration = Duration.zero
}
