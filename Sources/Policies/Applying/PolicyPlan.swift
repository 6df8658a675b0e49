/// What applying the policy files would do, before it is done.
///
/// Policy files are repeatable and a later one may depend on an earlier one: as soon as one is new
/// or changed, all of them are applied again, in order. A file that is gone from the folder is
/// reported and forgotten by the ledger. **The policies that it made stay in the database**, since
/// only a person can tell whether they are still wanted; to drop them, write `DROP POLICY IF
/// EXISTS` into a file that remains.
package struct PolicyPlan: Sendable, Equatable, CustomStringConvertible {
  /// How a file relates to the ledger.
  package enum State: String, Sendable, Equatable {
    /// It was never applied here.
    case new
    /// It was applied with other contents.
    case changed
    /// It was applied as it is.
    case unchanged
  }

  /// A file and how it relates to the ledger.
  package struct Entry: Sendable, Equatable {
    /// The file.
    package var file: PolicyFile
    /// How it relates to the ledger.
    package var state: State
  }

  /// The files of the folder in order.
  package var entries: [Entry]
  /// Names that the ledger knows and the folder no longer has, in order.
  package var removed: [String]
  /// What the manifest wants that is not so; nil without a manifest.
  package var difference: PolicyDifference?
  /// What was changed by hand of what SQL files made; applying them again mends it.
  package var drift: [PolicyDrift] = []
  /// The manifest that `difference` is about.
  package var manifest: PolicyManifest?
  /// Policies that belong to SQL files, as `schema.table.policy`.
  var fromFiles: Set<String> = []

  /// The plan for `directory` against the checksums by name that the ledger holds.
  package init(directory: PolicyDirectory, ledger: [String: String]) {
    entries = directory.files.map { file in
      let state: State =
        switch ledger[file.name] {
        case nil: .new
        case file.checksum: .unchanged
        default: .changed
        }
      return Entry(file: file, state: state)
    }
    let names = Set(directory.files.map(\.name))
    removed = ledger.keys.filter { !names.contains($0) }.sorted()
  }

  /// The files that will be applied: all of them or none.
  package var filesToApply: [PolicyFile] {
    entries.contains { $0.state != .unchanged } || !drift.isEmpty ? entries.map(\.file) : []
  }

  /// True when the database is as the folder says.
  package var isEmpty: Bool {
    filesToApply.isEmpty && removed.isEmpty && difference?.isEmpty ?? true
  }

  /// One line a file that something happens to.
  package var description: String {
    guard !filesToApply.isEmpty || !removed.isEmpty else { return "policies: nothing to do" }
    let applies = !filesToApply.isEmpty
    var lines = entries.filter { applies || $0.state != .unchanged }.map { entry in
      entry.state == .unchanged
        ? "again    \(entry.file.name)"
        : "\(entry.state.rawValue.padded(to: 8)) \(entry.file.name)"
    }
    lines += removed.map {
      "removed  \($0): forgotten by the ledger; the policies that it made stay in the database"
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
