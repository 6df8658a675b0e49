/// A mutant, and what became of it.
struct TriedMutant: Sendable {
  /// Its place in the plan.
  var number: Int
  var mutant: Mutant
  var outcome: MutantOutcome
}
