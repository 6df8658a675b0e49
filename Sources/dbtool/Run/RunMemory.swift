/// How the run of a command is remembered in the database.
enum RunMemory {
  /// The command changes the database: the table of runs is made when it is not there.
  case change(String)
  /// It only looks: it is noted where that table is, and nothing is made.
  case check(String)
  /// It must leave no row, or touches no database of its own: only metrics tell of it.
  case metricsOnly(String)

  /// The command with its subcommand.
  var command: String {
    switch self {
    case .change(let command), .check(let command), .metricsOnly(let command): command
    }
  }

  var createsTable: Bool {
    if case .change = self { true } else { false }
  }

  var isNoted: Bool {
    if case .metricsOnly = self { false } else { true }
  }
}
