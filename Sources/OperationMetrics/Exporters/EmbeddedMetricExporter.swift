internal import AWS
internal import Instrumentation
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
  public func close(by deadline: ContinuousClock.Instant) { write(at: WallClock.now) }

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
      count += 1
      write(group, figures, at: milliseconds, to: &json)
    }
    if waits.count > 0 || dropped > 0 {
      count += 1
      writeOthers(waits, dropped: dropped, at: milliseconds, to: &json)
    }
    for run in runs {
      count += 1
      write(run, at: milliseconds, to: &json)
    }
    if count > 0 { output.write(json.bytes, count: count) }
  }

  private func write(
    _ group: Group, _ figures: Figures, at time: Int64, to json: inout JSONBytes
  ) {
    let all = ["TenantId", "Operation", "StatusCode"]
    let statusClass = StatusClass(status: group.status)
    let isFull = layout.kind == .full
    json.object { json in
      json.key("_aws")
      json.object { json in
        json.key("Timestamp")
        json.integer(time)
        json.key("CloudWatchMetrics")
        json.array { json in
          directive(
            [.operations], by: isFull ? [all] : [["Operation", "StatusCode"], ["TenantId"]],
            to: &json)
          directive([.durations, .bytes], by: isFull ? [all] : [["Operation"]], to: &json)
          if statusClass.isError { directive([.errors], by: [["StatusClass"]], to: &json) }
        }
      }
      json.key("TenantId")
      json.text(group.tenant)
      json.key("Operation")
      json.text(group.kind.rawValue)
      json.key("StatusCode")
      json.text(layout.code(group.status))
      json.key("StatusClass")
      json.text(statusClass.rawValue)
      json.key("SQLState")
      json.text(group.status)
      value(.operations, Double(figures.durations.count), to: &json)
      values(.durations, figures.durations, to: &json)
      values(.bytes, figures.bytes, to: &json)
      if statusClass.isError { value(.errors, Double(figures.durations.count), to: &json) }
    }
    json.newline()
  }

  private func write(_ run: RunMeasurement, at time: Int64, to json: inout JSONBytes) {
    json.object { json in
      json.key("_aws")
      json.object { json in
        json.key("Timestamp")
        json.integer(time)
        json.key("CloudWatchMetrics")
        json.array { json in
          directive([.runs], by: [["Command", "Result"]], to: &json)
          directive([.runDurations], by: [["Command"]], to: &json)
        }
      }
      json.key("Command")
      json.text(run.command)
      json.key("Result")
      json.text(run.result)
      value(.runs, 1, to: &json)
      value(.runDurations, run.duration / .milliseconds(1), to: &json)
    }
    json.newline()
  }

  private func writeOthers(
    _ waits: Distribution, dropped: Int, at time: Int64, to json: inout JSONBytes
  ) {
    json.object { json in
      json.key("_aws")
      json.object { json in
        json.key("Timestamp")
        json.integer(time)
        json.key("CloudWatchMetrics")
        json.array { json in
          var names: [MetricSeries.Name] = []
          if waits.count > 0 { names.append(.waits) }
          if dropped > 0 { names.append(.dropped) }
          directive(names, by: [[]], to: &json)
        }
      }
      if waits.count > 0 { values(.waits, waits, to: &json) }
      if dropped > 0 { value(.dropped, Double(dropped), to: &json) }
    }
    json.newline()
  }

  private func directive(
    _ names: [MetricSeries.Name], by sets: [[String]], to json: inout JSONBytes
  ) {
    json.object { json in
      json.key("Namespace")
      json.text(namespace)
      json.key("Dimensions")
      json.array { json in
        for set in sets { json.array { json in for name in set { json.text(name) } } }
      }
      json.key("Metrics")
      json.array { json in
        for name in names {
          json.object { json in
            json.key("Name")
            json.text(name.rawValue)
            json.key("Unit")
            json.text(name.unit.rawValue)
          }
        }
      }
    }
  }

  private func value(_ name: MetricSeries.Name, _ value: Double, to json: inout JSONBytes) {
    json.key(name.rawValue)
    json.number(value)
  }

  /// Each value as often as it came, or, where that is too much for an event, a statistic set.
  private func values(
    _ name: MetricSeries.Name, _ distribution: Distribution, to json: inout JSONBytes
  ) {
    json.key(name.rawValue)
    if distribution.count <= Self.mostValues {
      json.array { json in
        for (value, count) in distribution.values.sorted(by: { $0.key < $1.key }) {
          for _ in 0..<Int(count) { json.number(value) }
        }
      }
      return
    }
    json.object { json in
      for (key, figure) in [
        ("Max", distribution.maximum), ("Min", distribution.minimum),
        ("Count", Double(distribution.count)), ("Sum", distribution.sum),
      ] {
        json.key(key)
        json.number(figure)
      }
    }
  }
}
