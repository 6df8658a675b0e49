internal import Postgres

/// Where a connection over the Data API stands, which the protocol does not tell.
struct TransactionState {
  /// The open transaction's id; nil when none is open.
  var id: String?
  /// True when the open transaction can only be rolled back.
  var hasFailed = false
  /// True when the open transaction is gone, and nobody has been told by ROLLBACK yet.
  var isLost = false
  /// True for BEGIN READ ONLY.
  var isReadOnly = false
  /// The savepoints that are open, the outermost first.
  private(set) var savepoints: [String] = []
  /// How many savepoints were open when the functions of a program were defined; nil without them.
  private(set) var definitionDepth: Int?

  var status: TransactionStatus {
    if isLost { return .failed }
    guard id != nil else { return .idle }
    return hasFailed ? .failed : .inTransaction
  }

  /// True when a program can be run at once.
  var hasFunctions: Bool { definitionDepth != nil }

  mutating func begin(_ id: String, isReadOnly: Bool) {
    self = TransactionState()
    self.id = id
    self.isReadOnly = isReadOnly
  }

  mutating func end() { self = TransactionState() }

  mutating func lose() {
    self = TransactionState()
    isLost = true
  }

  mutating func define() { definitionDepth = savepoints.count }

  mutating func open(savepoint name: String) { savepoints.append(name) }

  mutating func release(_ name: String) {
    guard let index = savepoints.lastIndex(of: name) else { return }
    savepoints.removeLast(savepoints.count - index)
    if let depth = definitionDepth, depth > index { definitionDepth = index }
  }

  mutating func rollBack(to name: String) {
    hasFailed = false
    guard let index = savepoints.lastIndex(of: name) else { return }
    savepoints.removeLast(savepoints.count - index - 1)
    // Defined after the savepoint: gone with the rest.
    if let depth = definitionDepth, depth > index { definitionDepth = nil }
  }
}
