package import Postgres
package import SQLSyntax

/// Finds the functions that calls in syntax trees mean.
package struct RoutineIndex: Sendable {
  private let routines: [String: [Routine]]

  /// An index of the functions of `catalog`.
  package init(catalog: Catalog) { routines = Dictionary(grouping: catalog.routines, by: \.name) }

  /// The function that a `FuncCall` means: of its name, its schema if it names one, and as many
  /// arguments if there is such; nil when there is none of the name.
  package func routine(calledBy call: SyntaxNode) -> Routine? {
    let names = call["funcname"]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
    guard let name = names.last else { return nil }
    let found = (routines[name] ?? []).filter { names.count < 2 || $0.schema == names[0] }
    let count = call["args"]?.elements.count ?? 0
    return found.first { $0.argumentTypes.count == count } ?? found.first
  }
}
