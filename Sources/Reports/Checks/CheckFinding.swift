extension CheckReport {
  /// Something that is wrong, or worth knowing.
  package struct Finding: Sendable, Codable, Equatable {
    /// How bad it is.
    package enum Severity: String, Sendable, Codable, CaseIterable {
      /// It must not be deployed.
      case error
      /// It needs a look.
      case warning
      /// Worth knowing.
      case info
    }

    /// What it does to the verdict, unless it is accepted.
    package enum Effect: String, Sendable, Codable, CaseIterable {
      /// It fails the check.
      case fails
      /// It leaves the check without a conclusion.
      case doubts
      /// Nothing.
      case none
    }

    /// The same in every run as long as the same is wrong with the same object: hexadecimal digits.
    package var id: String
    /// The name of the stage that found it.
    package var stage: String
    /// The stable name of the rule.
    package var rule: String
    /// How bad it is.
    package var severity: Severity
    /// What it does to the verdict.
    package var effect: Effect
    /// Why it does not count; nil when it does.
    package var accepted: Acceptance?
    /// The object, as `schema.name`; empty when it is about none.
    package var object: String
    /// The operation, for example `select`; nil when it is about none.
    package var operation: String?
    /// The role that can do it; nil when it is about none.
    package var role: String?
    /// What is wrong, in one sentence.
    package var message: String
    /// What was seen.
    package var evidence: String?
    /// A script for psql that shows it and leaves nothing behind.
    package var reproduce: String?
    /// SQL, or advice, that mends it.
    package var fix: String?
    /// Where it comes from: the migration, policy or manifest that made the object.
    package var location: Location?

    /// True when it counts.
    package var counts: Bool { accepted == nil && effect != .none }

    /// A finding from its parts; without an acceptance.
    package init(
      id: String, stage: String, rule: String, severity: Severity, effect: Effect, object: String,
      operation: String? = nil, role: String? = nil, message: String, evidence: String? = nil,
      reproduce: String? = nil, fix: String? = nil, location: Location? = nil
    ) {
      self.id = id
      self.stage = stage
      self.rule = rule
      self.severity = severity
      self.effect = effect
      self.object = object
      self.operation = operation
      self.role = role
      self.message = message
      self.evidence = evidence
      self.reproduce = reproduce
      self.fix = fix
      self.location = location
    }
  }

  /// The decision that a finding does not count.
  package struct Acceptance: Sendable, Codable, Equatable {
    /// Where it was decided.
    package enum Source: String, Sendable, Codable, CaseIterable {
      /// It was there when the baseline file was written.
      case baseline
      /// dbtool.yaml says so.
      case configuration
      /// A comment in the file says so.
      case file
    }

    /// Where it was decided.
    package var by: Source
    /// Why.
    package var reason: String
    /// The last day on which it holds, as `YYYY-MM-DD`; nil for ever.
    package var until: String?

    /// A decision from its parts.
    package init(by: Source, reason: String, until: String? = nil) {
      self.by = by
      self.reason = reason
      self.until = until
    }
  }

  /// A place in a file of the project.
  package struct Location: Sendable, Codable, Equatable {
    /// The path from the project's folder.
    package var file: String
    /// The line, from 1.
    package var line: Int
    /// The column, from 1.
    package var column: Int

    /// A place from its parts.
    package init(file: String, line: Int, column: Int = 1) {
      self.file = file
      self.line = line
      self.column = column
    }
  }

  /// What a rule is about.
  package struct Rule: Sendable, Codable, Equatable {
    /// The stable name.
    package var name: String
    /// What is wrong, in general.
    package var title: String
    /// Why it matters and what to do, as plain text.
    package var explanation: String
    /// Where to read more; nil for nowhere.
    package var link: String?

    /// A rule from its parts.
    package init(name: String, title: String, explanation: String, link: String? = nil) {
      self.name = name
      self.title = title
      self.explanation = explanation
      self.link = link
    }
  }
}
