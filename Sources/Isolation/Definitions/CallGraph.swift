internal import Postgres

/// Which functions of the user's call which.
///
/// Functions are told apart by name only, so a call leads to all that share the name.
struct CallGraph {
  private let routines: [Routine]
  /// The names that each body calls, by the function's OID, and whether PostgreSQL's parser read it.
  private let names: [UInt32: Set<String>]

  /// Reads the bodies of all functions.
  init(_ survey: Survey) {
    routines = survey.catalog.routines
    var names: [UInt32: Set<String>] = [:]
    for routine in survey.surroundings.routines + survey.surroundings.triggerRoutines {
      names[routine.oid] = RoutineBody(routine)?.functions
    }
    self.names = names
  }

  /// True when the body of `routine` itself calls something called `name`.
  ///
  /// In a language that PostgreSQL's parser does not know the name alone counts.
  func calls(_ name: String, in routine: Routine) -> Bool {
    names[routine.oid].map { $0.contains(name) }
      ?? routine.source.lowercased().contains(name.lowercased())
  }

  /// `routine` and all that it calls, directly or through others.
  func reached(from routine: Routine) -> [Routine] {
    var reached = [routine]
    var index = 0
    while index < reached.count {
      let caller = reached[index]
      let next = routines.filter { callee in
        calls(callee.name, in: caller) && !reached.contains { $0.oid == callee.oid }
      }
      reached += next
      index += 1
    }
    return reached
  }
}
