/// What becomes of a statement that reads or changes data while no tenant is known.
public enum ContextMode: Sendable, Equatable {
  /// It is refused, so that a forgotten context is found by the first test.
  case strict
  /// It runs, and is recorded without a tenant.
  case lenient
  /// It runs, and is recorded as exempt: the session is an administrator's.
  case exempt
}
