internal import DatabaseInstrumentation
internal import Postgres

/// Finds out whether what one tenant is shown depends on another one's rows.
///
/// A count, a digest or a yes shows no value of the other tenant, and gives its rows away all the
/// same. So the look is taken again while the other tenant's rows are not there.
struct Dependence {
  /// What was shown with and without the other tenant's rows.
  struct Difference: Sendable {
    var with: Reading
    var without: Reading
  }

  var survey: Survey
  /// So often a look must show the same before a difference means anything: clocks, sequences and
  /// random numbers differ by themselves.
  private let repetitions = 3

  init(survey: Survey) { self.survey = survey }

  /// The differences of looks, by the look's number.
  ///
  /// - Parameters:
  ///   - looks: The trials, and what they showed.
  ///   - tenant: Whose rows are taken away.
  ///   - prepare: Runs before the looks at the database without the rows.
  /// - Throws: `PostgresError` when the connection is lost.
  func differences(
    of looks: [(trial: Trial, shown: Reading)], onRowsOf tenant: Int,
    prepare: () throws -> Void = {}
  ) throws -> [Int: Difference] {
    guard !looks.isEmpty else { return [:] }
    let client = survey.client
    let without = try survey.stage.withoutRows(of: tenant, on: survey.connection) {
      try prepare()
      return try client.rehearse(looks.map { .trial($0.trial) })
    }
    guard let without else { return [:] }
    var found: [Int: Difference] = [:]
    for (index, look) in looks.enumerated() {
      guard let reading = Reading(without[index].outcome), reading.content != look.shown.content
      else { continue }
      found[index] = Difference(with: look.shown, without: reading)
    }
    let suspects = found.keys.sorted()
    for _ in 0..<repetitions where !suspects.isEmpty {
      let again = try client.rehearse(suspects.map { .trial(looks[$0].trial) })
      for (index, outcome) in zip(suspects, again)
      where Reading(outcome.outcome)?.content != looks[index].shown.content {
        found[index] = nil
      }
    }
    return found
  }
}

extension Dependence.Difference {
  /// What was seen.
  func evidence(reader: Int?, owner: Int) -> String {
    """
    what \(TenantName.of(reader)) is shown depends on rows of \(TenantName.of(owner)): \
    \(with.content.phrase) with them, \(without.content.phrase) without
    """
      + (with.content.phrase == without.content.phrase ? ", of other content" : "")
  }
}
