public import Postgres
public import SQLSyntax

/// One database operation as it happened.
public struct OperationRecord: Sendable {
  /// The tenant for whom it ran: that of the context, or the one that SQL had set; nil for none.
  public var tenant: String?
  /// `OK` or the SQLSTATE that refused it; `ERROR` for a failure without one, `skipped` when an earlier
  /// error of its batch kept it from running.
  public var status: String
  private var timeNanoseconds: Int64
  private var durationNanoseconds: Int64
  /// Rows returned or changed.
  public var rows: Int
  /// Bytes of SQL text and parameters.
  public var bytesSent: Int
  /// Bytes of values received.
  public var bytesReceived: Int
  /// What carried it.
  public var transport: Transport
  /// True for work that is deliberately done outside tenant isolation.
  public var isExempt: Bool
  private var operation: Operation

  /// Either the kind, or the text that tells it.
  private enum Operation {
    case kind(StatementKind)
    case text(String)
  }

  /// Longer texts are not kept until somebody asks.
  private static let longestText = 1_024

  /// A record of one operation of a known kind.
  public init(
    tenant: String?, kind: StatementKind, status: String = "OK", time: Duration = .zero,
    duration: Duration, rows: Int = 0, bytesSent: Int = 0, bytesReceived: Int = 0,
    transport: Transport = .libpq, isExempt: Bool = false
  ) {
    self.tenant = tenant
    self.status = status
    timeNanoseconds = Int64(time / .nanoseconds(1))
    durationNanoseconds = Int64(duration / .nanoseconds(1))
    self.rows = rows
    self.bytesSent = bytesSent
    self.bytesReceived = bytesReceived
    self.transport = transport
    self.isExempt = isExempt
    operation = .kind(kind)
  }

  /// A record of one operation, whose kind is found when somebody asks.
  ///
  /// - Parameters:
  ///   - time: Nanoseconds since 1970.
  ///   - duration: Nanoseconds.
  init(
    tenant: String?, sql: String, status: String, time: Int64, duration: Int64, rows: Int,
    bytesSent: Int, bytesReceived: Int, transport: Transport, isExempt: Bool
  ) {
    self.tenant = tenant
    self.status = status
    timeNanoseconds = time
    durationNanoseconds = duration
    self.rows = rows
    self.bytesSent = bytesSent
    self.bytesReceived = bytesReceived
    self.transport = transport
    self.isExempt = isExempt
    operation =
      sql.utf8.count <= Self.longestText ? .text(sql) : .kind(StatementKinds.shared.kind(of: sql))
  }

  /// When it began, since 1970-01-01 00:00 UTC.
  public var time: Duration { .nanoseconds(timeNanoseconds) }

  /// From sending to the answer; in a batch, from the answer before.
  public var duration: Duration { .nanoseconds(durationNanoseconds) }

  /// What it did, found by PostgreSQL's parser.
  public var kind: StatementKind {
    switch operation {
    case .kind(let kind): kind
    case .text(let sql): StatementKinds.shared.kind(of: sql)
    }
  }
}
