public import SQLSyntax

/// One database operation as it happened.
public struct OperationRecord: Sendable, Equatable {
  /// The tenant in whose context it ran; nil outside any.
  public var tenant: String?
  /// What it did.
  public var kind: StatementKind
  /// `OK` or the SQLSTATE that refused it; `skipped` when an earlier error of its batch kept it
  /// from running.
  public var status: String
  /// From sending to the answer; in a batch, from the answer before.
  public var duration: Duration
  /// Rows returned or changed.
  public var rows: Int
  /// Bytes of SQL text and parameters.
  public var bytesSent: Int
  /// Bytes of values received.
  public var bytesReceived: Int
  /// True for work that is deliberately done outside tenant isolation.
  public var isExempt: Bool

  /// A record of one operation.
  public init(
    tenant: String?, kind: StatementKind, status: String, duration: Duration, rows: Int,
    bytesSent: Int, bytesReceived: Int, isExempt: Bool
  ) {
    self.tenant = tenant
    self.kind = kind
    self.status = status
    self.duration = duration
    self.rows = rows
    self.bytesSent = bytesSent
    self.bytesReceived = bytesReceived
    self.isExempt = isExempt
  }
}

/// Something that takes note of operations.
///
/// `record` is called on the thread that runs the operation, so it has to be quick and must not
/// fail.
public protocol OperationSink: AnyObject, Sendable {
  /// Takes note of one operation.
  func record(_ record: OperationRecord)
}
