/// A breach of a rule before it is known where in which file.
struct LintFlaw {
  var rule: LintRule
  /// The object that it is about.
  var object: String
  /// What is wrong here, in one sentence without a full stop.
  var message: String
  /// What to do here.
  var remedy: String
  /// Where in the statement, in bytes; the beginning when nil.
  var offset: Int?

  init(
    _ rule: LintRule, _ object: String, _ message: String, remedy: String, offset: Int? = nil
  ) {
    self.rule = rule
    self.object = object
    self.message = message
    self.remedy = remedy
    self.offset = offset
  }
}

/// A breach of a rule that is known only after its statement, and where that stands.
struct LateFlaw {
  var flaw: LintFlaw
  var origin: SchemaModel.Origin
}

/// Rules about one subject.
protocol LintFamily: SendableMetatype {
  /// The rules, in the order in which they are listed.
  static var rules: [LintRule] { get }

  /// What is wrong about a change, given what was there before it.
  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw]

  /// What is wrong about a file when all of it has been read.
  static func flaws(atEndOf scene: LintScene) -> [LateFlaw]

  /// What is wrong when all files have been read.
  static func flaws(whenAllIsRead scene: LintScene) -> [LateFlaw]
}

extension LintFamily {
  static func flaws(in change: SchemaChange, _ scene: LintScene) -> [LintFlaw] { [] }
  static func flaws(atEndOf scene: LintScene) -> [LateFlaw] { [] }
  static func flaws(whenAllIsRead scene: LintScene) -> [LateFlaw] { [] }
}
