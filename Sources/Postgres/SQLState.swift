/// A five-character SQLSTATE code.
///
/// PostgreSQL manual, appendix A "PostgreSQL Error Codes".
public struct SQLState: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The five characters.
  public let rawValue: String

  /// A code from its five characters.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// A code from its five characters.
  public init(stringLiteral value: String) { self.rawValue = value }

  /// The class: the first two characters.
  public var errorClass: String { String(rawValue.prefix(2)) }
  /// The five characters.
  public var description: String { rawValue }

  /// Privilege missing, or a row refused by a row-level security policy.
  public static let insufficientPrivilege: SQLState = "42501"
  /// A unique key exists already.
  public static let uniqueViolation: SQLState = "23505"
  /// A row conflicts under an exclusion constraint.
  public static let exclusionViolation: SQLState = "23P01"
  /// A foreign key refers to no row, or rows still refer to this one.
  public static let foreignKeyViolation: SQLState = "23503"
  /// No such table.
  public static let undefinedTable: SQLState = "42P01"
  /// The table exists already.
  public static let duplicateTable: SQLState = "42P07"
  /// The schema exists already.
  public static let duplicateSchema: SQLState = "42P06"
  /// No such schema.
  public static let undefinedSchema: SQLState = "3F000"
  /// The statement was cancelled.
  public static let queryCanceled: SQLState = "57014"
  /// `lock_timeout` ran out.
  public static let lockNotAvailable: SQLState = "55P03"
  /// The transaction was ended to resolve a deadlock.
  public static let deadlockDetected: SQLState = "40P01"
  /// A statement before this one failed in the same transaction.
  public static let inFailedTransaction: SQLState = "25P02"
  /// The transaction or the server is read-only.
  public static let readOnlyTransaction: SQLState = "25006"
  /// The connection broke or could not be made.
  public static let connectionFailure: SQLState = "08006"
}
