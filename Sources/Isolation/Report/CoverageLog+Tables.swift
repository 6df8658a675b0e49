internal import Postgres
internal import Tenants

extension CoverageLog {
  /// Takes note of one operation of one role on a table of tenants.
  mutating func note(
    _ verdict: OperationVerdict, _ reason: String?, _ operation: ProbedOperation, _ actor: Actor,
    _ relation: Relation, _ tenancy: Tenancy
  ) {
    guard tenancy.isOwned else { return }
    let name = "\(operation.rawValue) on \(relation.displayName) as \(actor.role.name)"
    switch verdict {
    case .isolated, .leak, .denied: probed(.operation, name)
    case .inconclusive: missed(.operation, name, reason ?? "nothing could be concluded")
    case .notGranted: return
    }
  }

  /// Takes note of a table with its worst verdicts.
  mutating func note(
    _ operations: IsolationReport.Operations, _ relation: Relation, _ tenancy: Tenancy
  ) {
    let verdicts = ProbedOperation.allCases.map { operations[$0] }
    let name = relation.displayName
    switch tenancy {
    case .exempt(let reason): missed(.table, name, "exempt: \(reason)", isOpen: false)
    case _ where verdicts.allSatisfy { $0 == .notGranted }:
      missed(.table, name, "nothing on it is granted to these roles", isOpen: false)
    case .global:
      // Those that can be read were, as views are.
      missed(.table, name, "its rows belong to no tenant, and it is not read", isOpen: false)
    default:
      if verdicts.contains(where: { [.isolated, .leak, .denied].contains($0) }) {
        probed(.table, name)
      } else {
        missed(.table, name, "no operation on it could be tried")
      }
    }
  }
}
