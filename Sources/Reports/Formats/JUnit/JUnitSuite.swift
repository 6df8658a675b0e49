/// The test cases of one stage.
struct JUnitSuite: Sendable {
  /// The name of the stage.
  var name: String
  /// When it began; nil when that is not known.
  var timestamp: String?
  /// How long it took.
  var durationMs: Int
  /// What it ran on and with.
  var properties: [(name: String, value: String)]
  /// What it looked at.
  var cases: [JUnitCase]

  /// How many cases ended in each way.
  struct Counts: Sendable {
    /// All of them.
    var tests = 0
    /// Those in which something is wrong.
    var failures = 0
    /// Those that could not be told.
    var errors = 0
    /// Those that do not count.
    var skipped = 0

    /// The counts of some cases.
    init(_ cases: [JUnitCase]) {
      for one in cases {
        tests += 1
        switch one.result {
        case .passed: break
        case .failed: failures += 1
        case .error: errors += 1
        case .skipped: skipped += 1
        }
      }
    }
  }

  /// The suite as XML.
  var element: XMLElement {
    let counts = Counts(cases)
    var attributes = [
      ("name", name), ("tests", "\(counts.tests)"), ("failures", "\(counts.failures)"),
      ("errors", "\(counts.errors)"), ("skipped", "\(counts.skipped)"),
      ("time", Self.seconds(durationMs)),
    ]
    if let timestamp { attributes.append(("timestamp", timestamp)) }
    let list = XMLElement(
      name: "properties",
      children: properties.map {
        XMLElement(name: "property", attributes: [("name", $0.name), ("value", $0.value)])
      })
    return XMLElement(
      name: "testsuite", attributes: attributes, children: [list] + cases.map(\.element))
  }

  /// Milliseconds as seconds, for example `1.250`.
  static func seconds(_ milliseconds: Int) -> String {
    let positive = max(0, milliseconds)
    let rest = String(positive % 1_000)
    return "\(positive / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
