/// How a command ended, as other programs read it.
enum ExitStatus: Int32, Error {
  /// Done and good.
  case good = 0
  /// The check found something.
  case found = 1
  /// Usage or configuration.
  case usage = 2
  /// The database or the network failed.
  case database = 3
  /// Not concluded.
  case inconclusive = 4
  /// Interrupted.
  case interrupted = 130
}
