internal import DatabaseInstrumentation
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
    case runs = "DatabaseRuns"
    case runDurations = "DatabaseRunDuration"
  }

  /// A dimension.
  enum Dimension: String, Sendable, Hashable {
    case tenant = "TenantId"
    case operation = "Operation"
    case status = "StatusCode"
    case statusClass = "StatusClass"
    case command = "Command"
    case result = "Result"
  }

  var name: Name
  var tenant: String?
  var operation: StatementKind?
  var status: String?
  var statusClass: StatusClass?
  var command: String?
  var result: String?

  init(
    _ name: Name, tenant: String? = nil, operation: StatementKind? = nil, status: String? = nil,
    statusClass: StatusClass? = nil, command: String? = nil, result: String? = nil
  ) {
    self.name = name
    self.tenant = tenant
    self.operation = operation
    self.status = status
    self.statusClass = statusClass
    self.command = command
    self.result = result
  }

  /// The dimensions with their values, in a fixed order.
  var dimensions: [(Dimension, String)] {
    var dimensions: [(Dimension, String)] = []
    if let tenant { dimensions.append((.tenant, tenant)) }
    if let operation { dimensions.append((.operation, operation.rawValue)) }
    if let status { dimensions.append((.status, status)) }
    if let statusClass { dimensions.append((.statusClass, statusClass.rawValue)) }
    if let command { dimensions.append((.command, command)) }
    if let result { dimensions.append((.result, result)) }
    return dimensions
  }
}
