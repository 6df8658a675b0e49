internal import AWS
internal import DatabaseInstrumentation
internal import SQLSyntax
internal import Synchronization

/// Writes metrics as log events in CloudWatch's embedded metric format.
///
/// Amazon CloudWatch User Guide, "Specification: Embedded metric format". One event for each tenant,
/// operation and status of a stretch of time; the tenant is in each event, also where no metric is made
/// of it, so that Logs Insights can ask for it.
public final class EmbeddedMetricExporter: MetricExporter {
  private struct Group: Hashable {
    var tenant: String
    var kind: StatementKind
    var status: String
  }

  private struct Figures {
    var durations = Distribution()
    var bytes = Distribution()

    /// The values, each as often as it came, divided into events that hold so many.
    func parts(of limit: Int) -> [Part] {
      let durations = durations.repeatedValues
      let bytes = bytes.repeatedValues
      return stride(from: 0, to: durations.count, by: limit).map { start in
        let range = start..<min(start + limit, durations.count)
        return Part(durations: durations[range], bytes: bytes[range])
      }
    }
  }

  /// What one event says: the format has arrays of a hundred values at most, and no counts beside them.
  private struct Part {
    var durations: ArraySlice<Double>
    var bytes: ArraySlice<Double>
  }

  private struct State {
    var labels: TenantLabels
    var groups: [Group: Figures] = [:]
    var waits = Distribution()
    var runs: [RunMeasurement] = []
    var dropped = 0
    var lastFlush: Duration?
  }

  /// Values of one metric that an event may hold.
  private static let mostValues = 100

  private let layout: MetricLayout
  private let namespace: String
  private let interval: Duration
  private let output: MetricOutput
  private let state: Mutex<State>

  /// - Parameters:
  ///   - output: Where events are written.
  ///   - layout: The metrics and their dimensions.
  ///   - namespace: The metrics' namespace.
  ///   - interval: How much time one event covers; what the process measured last goes out when it ends.
  public init(
    _ output: MetricOutput, layout: MetricLayout = MetricLayout(),
    namespace: String = CloudWatchExporter.defaultNamespace, interval: Duration = .seconds(10)
  ) {
    self.output = output
    self.layout = layout
    self.namespace = namespace
    self.interval = interval
    state = Mutex(State(labels: TenantLabels(maximum: layout.maximumTenants)))
  }

  /// Events that could not be written.
  public var lost: Int { output.lost }

  /// Adds records to the events to come.
  public func export(_ batch: MetricBatch) {
    state.withLock { state in
      for record in batch.records {
        let group = Group(
          tenant: state.labels.label(for: record), kind: record.kind, status: record.status)
        state.groups[group, default: Figures()].durations.add(record.duration / .milliseconds(1))
        state.groups[group, default: Figures()].bytes.add(
          Double(record.bytesSent + record.bytesReceived))
      }
      for wait in batch.waits { state.waits.add(wait / .milliseconds(1)) }
      state.runs += batch.runs
      state.dropped += batch.dropped
    }
  }

  /// Writes events once their time is over.
  public func flush(at time: Duration) {
    let isDue = state.withLock { state in
      let last = state.lastFlush ?? time
      if state.lastFlush == nil { state.lastFlush = time }
      guard time - last >= interval else { return false }
      state.lastFlush = time
      return true
    }
    if isDue { write(at: time) }
  }

  /// Writes all events.
  public func drain(by deadline: ContinuousClock.Instant) { write(at: WallClock.now) }

  private func write(at time: Duration) {
    let (groups, waits, runs, dropped) = state.withLock { state in
      defer {
        state.runs = []
        state.groups = [:]
        state.waits = Distribution()
        state.dropped = 0
      }
      return (state.groups, state.waits, state.runs, state.dropped)
    }
    var json = JSONBytes()
    var count = 0
    let milliseconds = Int64(time / .milliseconds(1))
    for (group, figures) in groups {
      for part in figures.parts(of: Self.mostValues) {
        count += 1
        write(group, part, at: milliseconds, to: &json)
      }
    }
    let allWaits = waits.repeatedValues
    for start in stride(from: 0, to: allWaits.count, by: Self.mostValues) {
      count += 1
      let part = allWaits[start..<min(start + Self.mostValues, allWaits.count)]
      event(at: milliseconds, to: &json) {
        directive([.waits], by: [[]], to: &$0)
      } targets: {
        values(.waits, part, to: &$0)
      }
    }
    if dropped > 0 {
      count += 1
      event(at: milliseconds, to: &json) {
        directive([.dropped], by: [[]], to: &$0)
      } targets: {
        value(.dropped, Double(dropped), to: &$0)
      }
    }
    for run in runs {
      count += 1
      write(run, at: milliseconds, to: &json)
    }
    if count > 0 { output.write(json.bytes, count: count) }
  }

  private func write(
    _ group: Group, _ part: Part, at time: Int64, to json: inout JSONBytes
  ) {
    let all = ["TenantId", "Operation", "StatusCode"]
    let statusClass = StatusClass(status: group.status)
    let isFull = layout.kind == .full
    event(at: time, to: &json) { json in
      directive(
        [.operations], by: isFull ? [all] : [["Operation", "StatusCode"], ["TenantId"]], to: &json)
      directive([.durations, .bytes], by: isFull ? [all] : [["Operation"]], to: &json)
      if statusClass.isError { directive([.errors], by: [["StatusClass"]], to: &json) }
    } targets: { json in
      json.text(group.tenant, "TenantId")
      json.text(group.kind.rawValue, "Operation")
      json.text(layout.code(group.status), "StatusCode")
      json.text(statusClass.rawValue, "StatusClass")
      json.text(group.status, "SQLState")
      value(.operations, Double(part.durations.count), to: &json)
      values(.durations, part.durations, to: &json)
      values(.bytes, part.bytes, to: &json)
      if statusClass.isError { value(.errors, Double(part.durations.count), to: &json) }
    }
  }

  private func write(_ run: RunMeasurement, at time: Int64, to json: inout JSONBytes) {
    event(at: time, to: &json) { json in
      directive([.runs], by: [["Command", "Result"]], to: &json)
      directive([.runDurations], by: [["Command"]], to: &json)
    } targets: { json in
      json.text(run.command, "Command")
      json.text(run.result, "Result")
      value(.runs, 1, to: &json)
      value(.runDurations, run.duration / .milliseconds(1), to: &json)
    }
  }

  /// One line: what is to be made a metric, and the members that this names.
  private func event(
    at time: Int64, to json: inout JSONBytes, directives: (inout JSONBytes) -> Void,
    targets: (inout JSONBytes) -> Void
  ) {
    json.object { json in
      json.key("_aws")
      json.object { json in
        json.integer(time, "Timestamp")
        json.key("CloudWatchMetrics")
        json.array(directives)
      }
      targets(&json)
    }
    json.newline()
  }

  private func directive(
    _ names: [MetricSeries.Name], by sets: [[String]], to json: inout JSONBytes
  ) {
    json.object { json in
      json.text(namespace, "Namespace")
      json.key("Dimensions")
      json.array { json in
        for set in sets { json.array { json in for name in set { json.text(name) } } }
      }
      json.key("Metrics")
      json.array { json in
        for name in names {
          json.object { json in
            json.text(name.rawValue, "Name")
            json.text(name.unit.rawValue, "Unit")
          }
        }
      }
    }
  }

  private func value(_ name: MetricSeries.Name, _ value: Double, to json: inout JSONBytes) {
    json.number(value, name.rawValue)
  }

  private func values(
    _ name: MetricSeries.Name, _ values: ArraySlice<Double>, to json: inout JSONBytes
  ) {
    json.key(name.rawValue)
    json.array { json in for value in values { json.number(value) } }
  }
}
