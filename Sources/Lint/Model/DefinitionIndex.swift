internal import Migrations
package import SQLSyntax

/// Where files make what stands in the catalog: the place to look at, and to mend, when something is
/// wrong with it.
package struct DefinitionIndex: Sendable {
  /// A place in a file.
  package struct Place: Sendable, Equatable {
    /// The file.
    package var file: String
    /// Where in the file.
    package var location: SourceLocation
  }

  private var objects: [String: Place] = [:]
  private var policies: [String: [String: Place]] = [:]
  private var rowSecurity: [String: Place] = [:]

  /// The places in `sources`, which must be in the order in which they are run; a later one counts.
  ///
  /// What code makes when it runs is not seen.
  package init(_ sources: [LintSource]) {
    for source in sources {
      guard case .success(let script) = source.script else { continue }
      for statement in script.statements where statement.text.utf8.count <= 65_536 {
        guard let node = try? SyntaxTree.statements(of: statement.text).first else { continue }
        let place = Place(file: source.file, location: statement.location)
        for change in SchemaChangeReader.changes(of: node) { take(change, place) }
      }
    }
  }

  /// Where an object is made; without that, where its policies are.
  ///
  /// - Parameter object: `schema.name`; arguments of a function may follow.
  package func place(of object: String) -> Place? {
    let name = objects[object] == nil ? String(object.prefix { $0 != "(" }) : object
    return objects[name] ?? rowSecurity[name]
      ?? policies[name]?.sorted { $0.key < $1.key }.first?.value
  }

  /// Where the policy is made that a text names; nil when it names none of the object's.
  package func place(ofPolicyOf object: String, mentionedIn text: String) -> Place? {
    guard let policies = policies[object] else { return nil }
    let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
    // The longest first, since a name of several words may hold another one.
    let named = policies.keys.sorted { ($1.count, $0) < ($0.count, $1) }.first {
      words.contains($0[...]) || $0.contains(" ") && text.contains($0)
    }
    return named.flatMap { policies[$0] }
  }

  private mutating func take(_ change: SchemaChange, _ place: Place) {
    switch change {
    case .createTable(let table): objects[table.name.key] = place
    case .createView(let view): objects[view.name.key] = place
    case .routine(let routine): objects[routine.name.key] = place
    case .createPolicy(let policy): policies[policy.table.key, default: [:]][policy.name] = place
    case .dropPolicy(let name, let table): policies[table.key]?[name] = nil
    case .alter(let table, .rowSecurity): rowSecurity[table.key] = place
    case .role(let name, _): objects[name] = place
    case .rename(_, let name?, nil, let new):
      let renamed = QualifiedName(schema: name.schema, name: new).key
      objects[renamed] = objects.removeValue(forKey: name.key)
      policies[renamed] = policies.removeValue(forKey: name.key)
      rowSecurity[renamed] = rowSecurity.removeValue(forKey: name.key)
    default: break
    }
  }
}
