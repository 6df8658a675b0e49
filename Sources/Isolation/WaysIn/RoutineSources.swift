internal import Postgres

/// The text that runs when a function is called: its own body, and those of the functions in it.
struct RoutineSources {
  /// The bodies in lower case, one after another.
  let text: String

  /// Follows the names in bodies; a name that two functions share leads to both.
  init(_ routine: Routine, in index: Index) {
    var bodies = [routine.source.lowercased()]
    var seen: Set<UInt32> = [routine.oid]
    var next = 0
    while next < bodies.count {
      for name in Self.words(of: bodies[next]) {
        for callee in index.routines[name] ?? [] where seen.insert(callee.oid).inserted {
          bodies.append(callee.source.lowercased())
        }
      }
      next += 1
    }
    text = bodies.joined(separator: "\n")
  }

  /// True when it runs text as SQL, here or on another server.
  var runsText: Bool { text.contains("execute") || text.contains("dblink") }

  /// The words of a body, each once and in order.
  private static func words(of body: String) -> [Substring] {
    let words = body.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
    var seen: Set<Substring> = []
    return words.filter { seen.insert($0).inserted }
  }

  /// All functions by their names in lower case.
  struct Index {
    fileprivate let routines: [Substring: [Routine]]

    /// The functions of `catalog`.
    init(_ catalog: Catalog) {
      routines = Dictionary(grouping: catalog.routines) { Substring($0.name.lowercased()) }
    }
  }
}
