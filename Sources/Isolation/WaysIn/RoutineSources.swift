internal import Postgres

/// The text that runs when a function is called: its own body, and those of the functions in it.
struct RoutineSources {
  /// The bodies in lower case, one after another.
  let text: String

  /// Follows the names in bodies; a name that two functions share leads to both.
  init(_ routine: Routine, in catalog: Catalog) {
    var bodies = [routine.source.lowercased()]
    var rest = catalog.routines.filter { $0.oid != routine.oid && !$0.source.isEmpty }
    var index = 0
    while index < bodies.count {
      let body = bodies[index]
      let called = rest.filter { body.contains($0.name.lowercased()) }
      rest.removeAll { one in called.contains { $0.oid == one.oid } }
      bodies += called.map { $0.source.lowercased() }
      index += 1
    }
    text = bodies.joined(separator: "\n")
  }

  /// True when it runs text as SQL, here or on another server.
  var runsText: Bool { text.contains("execute") || text.contains("dblink") }
}
