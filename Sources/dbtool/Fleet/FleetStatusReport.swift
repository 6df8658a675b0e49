import Migrations
import Reports
import Synchronization

/// How each target of a fleet stands, gathered from several threads.
final class FleetStates: Sendable {
  private let states: Mutex<[String: MigrationStatus]> = Mutex([:])

  init(count: Int) { states.withLock { $0.reserveCapacity(count) } }

  func set(_ status: MigrationStatus, of target: String) {
    states.withLock { $0[target] = status }
  }

  subscript(target: String) -> MigrationStatus? { states.withLock { $0[target] } }
}

/// How the states of a fleet are shown: one line for each target.
struct FleetStatusReport {
  struct JSON: Encodable {
    struct Entry: Encodable {
      var target: String
      var state: String
      var newest: Int64?
      var counts: [String: Int]
      var error: Failure.Body?
    }

    var schema = "dbtool.fleet-status/1"
    var good: Bool
    var targets: [Entry]
  }

  let json: JSON

  init(_ targets: [Target], _ outcomes: [Fleet.Outcome], _ states: FleetStates) {
    let entries = zip(targets, outcomes).map { target, outcome -> JSON.Entry in
      if case .failed(let failure) = outcome {
        return JSON.Entry(
          target: target.name, state: "failed", counts: [:], error: failure.publicBody)
      }
      guard let status = states[target.name] else {
        return JSON.Entry(target: target.name, state: "not-asked", counts: [:])
      }
      let counts = Dictionary(grouping: status.entries, by: \.state.rawValue).mapValues(\.count)
      let state =
        status.isUpToDate ? "up-to-date" : status.problems.isEmpty ? "pending" : "problems"
      return JSON.Entry(
        target: target.name, state: state,
        newest: status.entries.last { $0.applied != nil }?.version, counts: counts)
    }
    json = JSON(good: entries.allSatisfy { $0.state == "up-to-date" }, targets: entries)
  }

  var report: Report {
    let rows = json.targets.map { entry -> [Text] in
      let meaning: Text.Meaning =
        switch entry.state {
        case "up-to-date": .good
        case "pending": .doubtful
        default: .bad
        }
      let words = MigrationStatus.State.allCases.compactMap { state in
        entry.counts[state.rawValue].map { "\($0) \(state.rawValue)" }
      }
      return [
        Text(entry.target), Text(entry.state, meaning),
        Text(entry.newest.map { String($0) } ?? ""),
        Text(entry.error.map { $0.message } ?? words.joined(separator: ", ")),
      ]
    }
    var report = Report([
      .table(.init(headings: ["target", "state", "newest", ""], rows: rows, prose: [3]))
    ])
    let behind = json.targets.filter { $0.state != "up-to-date" }.count
    if behind == 0 {
      report.line("all up to date", .good)
    } else {
      report.line("\(behind) of \(json.targets.count) are not up to date", .doubtful)
    }
    return report
  }
}
