internal import Instrumentation
internal import SQLSyntax

/// What one metric is told apart by.
struct MetricSeries: Hashable, Sendable {
  /// The metrics there are.
  enum Name: String, Sendable, Hashable {
    case operations = "DatabaseOperations"
    case durations = "DatabaseOperationDuration"
    case bytes = "DatabaseOperationBytes"
    case errors = "DatabaseOperationError"
    case waits = "DatabasePoolWait"
    case dropped = "DatabaseRecordsDropped"
  }

  /// A dimension.
  enum Dimension: String, Sendable, Hashable {
    case tenant = "TenantId"
    case operation = "Operation"
    case status = "StatusCode"
    case statusClass = "StatusClass"
  }

  var name: Name
  var tenant: String?
  var operation: StatementKind?
  var status: String?
  var statusClass: StatusClass?

  init(
    _ name: Name, tenant: String? = nil, operation: StatementKind? = nil, status: String? = nil,
    statusClass: StatusClass? = nil
  ) {
    self.name = name
    self.tenant = tenant
    self.operation = operation
    self.status = status
    self.statusClass = statusClass
  }

  /// The dimensions with their values, in a fixed order.
  var dimensions: [(Dimension, String)] {
    var dimensions: [(Dimension, String)] = []
    if let tenant { dimensions.append((.tenant, tenant)) }
    if let operation { dimensions.append((.operation, operation.rawValue)) }
    if let status { dimensions.append((.status, status)) }
    if let statusClass { dimensions.append((.statusClass, statusClass.rawValue)) }
    return dimensions
  }
}
