public import SQLSyntax
internal import Synchronization

/// Counts operations by tenant, kind and status.
public final class OperationSummary: OperationSink {
  /// What is counted together.
  public struct Key: Hashable, Sendable {
    private var exactTenant: ExactText?
    /// The kind of operation.
    public var kind: StatementKind
    /// `OK` or a SQLSTATE.
    public var status: String

    /// The tenant; nil outside any.
    public var tenant: String? { exactTenant?.text }

    /// Operations of a kind that ended alike for a tenant.
    public init(tenant: String?, kind: StatementKind, status: String) {
      exactTenant = tenant.map(ExactText.init)
      self.kind = kind
      self.status = status
    }
  }

  /// The figures of one key.
  public struct Figures: Sendable, Equatable {
    /// Number of operations.
    public var count = 0
    /// Rows returned or changed.
    public var rows = 0
    /// The time they took in all.
    public var duration = Duration.zero
  }

  private let figures = Mutex<[Key: Figures]>([:])

  /// Nothing is counted yet.
  public init() {}

  /// Adds one operation.
  public func record(_ record: OperationRecord) {
    let key = Key(tenant: record.tenant, kind: record.kind, status: record.status)
    figures.withLock { figures in
      figures[key, default: Figures()].count += 1
      figures[key, default: Figures()].rows += record.rows
      figures[key, default: Figures()].duration += record.duration
    }
  }

  /// The figures so far.
  public var snapshot: [Key: Figures] { figures.withLock { $0 } }

  /// The number of operations so far.
  public var count: Int { figures.withLock { $0.values.reduce(0) { $0 + $1.count } } }
}
