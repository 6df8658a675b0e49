import LocalPostgres
import Migrations
import Policies
import Postgres
import Seeding

extension Failure {
  /// What to do where not the command was at fault but what it met: a server that went away, a full
  /// disk, others in the way; nil for every other error.
  static func remedyOfCircumstance(_ error: any Error) -> String? {
    if let error = error as? LocalPostgresError {
      if error.message.contains("No space left on device") { return makeRoom }
      return error.code == .startFailed ? "mend what its log names, or try again" : nil
    }
    let cause: PostgresError? =
      switch error {
      case let error as PostgresError: error
      case let error as MigrationError: error.postgres
      case let error as PolicyError: error.cause
      case let error as SeedError: error.cause
      default: nil
      }
    guard let cause else { return nil }
    let state = cause.sqlState?.rawValue
    // Class 08 is what the Data API says of a session that the server would not begin.
    if cause.code == .connectionLost || state?.hasPrefix("08") == true { return comeBack }
    return switch state {
    case "57P01", "57P02", "57P03", "57P05", "25P03": comeBack
    case "57014": "raise statement_timeout of the role, or run it when the server has less to do"
    case "53100": makeRoom
    case "53200": "let the server have more memory, then run the same command again"
    case "53300": "wait until others have left, or raise max_connections, then run it again"
    case "55P03", "40P01", "40001": "run the same command again when others are done"
    default: nil
    }
  }

  private static let makeRoom = "make room on the server's disk, then run the same command again"

  private static let comeBack =
    "see that the server runs and can be reached, then run the same command again"
}
