import Costs
import OperationMetrics
import YAML

/// What was built, as somebody says it.
struct GivenShape: Equatable {
  /// What was built.
  var shape = StackShape()
  /// What was not said, with what was taken.
  var unsaid: [String] = []
}

/// Reads what was built: from a stack's output `CostInputs`, or from `cost.shape` of an environment.
///
/// The names are the same, written as JSON or as YAML has them: `minimumCapacity`, `minimum-capacity`.
/// JSON is read as the YAML that it is, so that errors name the key.
struct ShapeReader {
  /// The version of `CostInputs` that is known.
  private static let version = "1"
  /// CloudFormation keeps an output short; what is longer was made by nothing that dbtool knows.
  private static let longestOutput = 16_384

  private var section: Section
  private let isOutput: Bool
  private var given = GivenShape()

  /// What an output says.
  ///
  /// - Parameter source: Where it is from, for messages.
  static func read(output json: String, source: String) throws -> GivenShape {
    guard json.utf8.count <= longestOutput else {
      throw UsageError("\(source): it is longer than \(longestOutput) bytes")
    }
    let root: YAMLNode?
    do {
      root = try YAMLDocument.parse(json)
    } catch {
      throw UsageError("\(source): \(error.message)")
    }
    guard let root else { throw UsageError("\(source): it is empty") }
    var reader = ShapeReader(
      section: try Section(root, path: "", file: source), isOutput: true)
    return try reader.read()
  }

  /// What `cost.shape` says.
  static func read(_ section: Section) throws -> GivenShape {
    var reader = ShapeReader(section: section, isOutput: false)
    return try reader.read()
  }

  /// What is taken where nobody says anything.
  static func nothing() throws -> GivenShape {
    var reader = ShapeReader(
      section: try Section(YAMLNode(content: .mapping([]), line: 1), path: "", file: ""),
      isOutput: false)
    return try reader.read()
  }

  private init(section: Section, isOutput: Bool) {
    self.section = section
    self.isOutput = isOutput
  }

  private mutating func read() throws -> GivenShape {
    if isOutput { try readHead() }
    given.shape.region = try section.text("region")
    given.shape.isGlobal = try section.flag(name("global-database")) ?? false
    try readCapacity()
    try whole("readers", 0...15, \.readers)
    try choice("storage", \.storage)
    try whole("backup-days", 1...35, \.backupDays)
    // What CostInputs calls by its former name.
    try choice("performance-insights", \.insights)
    try whole("availability-zones", 1...6, \.availabilityZones)
    try whole("interface-endpoints", 0...1_000, \.interfaceEndpoints)
    try whole("nat-gateways", 0...1_000, \.natGateways)
    try whole("secrets", 0...100_000, \.secrets)
    try whole("keys", 0...100_000, \.keys)
    try whole("alarms", 0...100_000, \.alarms)
    try whole("dashboards", 0...100_000, \.dashboards)
    try whole("log-days", 1...3_653, \.logDays)
    if let text = try section.text(name("metrics-layout")) {
      given.shape.metricsLayout = try value(text, "metrics-layout") as MetricLayout.Kind
    }
    try section.finish()
    return given
  }

  private mutating func readHead() throws {
    let version = try section.text("version") ?? Self.version
    guard version == Self.version else {
      throw section.error(
        "version must be \(Self.version)", at: "version",
        remedy: "the stack was made by another release: use the dbtool that belongs to it")
    }
    // Its name is the stack's.
    _ = try section.text("environment")
  }

  private mutating func readCapacity() throws {
    try capacity("minimum-capacity", \.minimumCapacity)
    given.shape.maximumCapacity = max(given.shape.maximumCapacity, given.shape.minimumCapacity)
    try capacity("maximum-capacity", \.maximumCapacity)
    let (minimum, maximum) = (given.shape.minimumCapacity, given.shape.maximumCapacity)
    guard minimum <= maximum, maximum > 0 else {
      throw error("must be from \(Figure.text(max(minimum, 0.5))) to 256", "maximum-capacity")
    }
    let pause = try section.text(name("pause-after-minutes"))
    if let pause {
      guard let minutes = Int(pause), (5...1_440).contains(minutes) else {
        throw error("must be a number of minutes from 5 to 1440", "pause-after-minutes")
      }
      guard minimum == 0 else {
        throw error("needs a least capacity of 0", "pause-after-minutes")
      }
      given.shape.pauseAfterMinutes = minutes
    } else if minimum == 0 {
      // Aurora's own default.
      given.shape.pauseAfterMinutes = 5
      given.unsaid.append("\(name("pause-after-minutes")) 5")
    }
  }

  private mutating func capacity(
    _ key: String, _ path: WritableKeyPath<StackShape, Double>
  ) throws {
    guard let text = try section.text(name(key)) else {
      given.unsaid.append("\(name(key)) \(Figure.text(given.shape[keyPath: path]))")
      return
    }
    guard let value = Double(text), (0...256).contains(value) else {
      throw error("must be a number of ACUs from 0 to 256", key)
    }
    given.shape[keyPath: path] = value
  }

  private mutating func whole(
    _ key: String, _ range: ClosedRange<Int>, _ path: WritableKeyPath<StackShape, Int>
  ) throws {
    guard let text = try section.text(name(key)) else {
      given.unsaid.append("\(name(key)) \(given.shape[keyPath: path])")
      return
    }
    guard let number = Int(text), range.contains(number) else {
      throw error("must be a whole number from \(range.lowerBound) to \(range.upperBound)", key)
    }
    given.shape[keyPath: path] = number
  }

  private mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ path: WritableKeyPath<StackShape, Value>
  ) throws {
    guard let text = try section.text(name(key)) else {
      given.unsaid.append("\(name(key)) \(given.shape[keyPath: path].rawValue)")
      return
    }
    given.shape[keyPath: path] = try value(text, key)
  }

  private func value<Value: RawRepresentable<String> & CaseIterable>(
    _ text: String, _ key: String
  ) throws -> Value {
    guard let value = Value(rawValue: text) else {
      throw error("must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))", key)
    }
    return value
  }

  private func error(_ problem: String, _ key: String) -> YAMLSectionError {
    section.error("\(section.full(name(key))) \(problem)", at: name(key))
  }

  /// A key as it is written where it is read.
  private func name(_ key: String) -> String {
    guard isOutput else { return key }
    let words = key.split(separator: "-")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
