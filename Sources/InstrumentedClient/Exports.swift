@_exported public import DatabaseInstrumentation
// One import for an application: the client, the pool, databases by URL, and where metrics go.
@_exported public import Databases
@_exported public import OperationMetrics
@_exported public import Postgres
