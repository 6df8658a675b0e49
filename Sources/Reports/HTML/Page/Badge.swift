/// What something means to its reader.
enum Tone: String, Sendable {
  case good, bad, doubt, info, plain
}

/// A word with its colour and its mark, so that no meaning hangs on colour alone.
struct Badge: Sendable {
  /// What it means.
  var tone: Tone
  /// The mark.
  var symbol: String
  /// The word.
  var word: String

  /// The word in its colour, after its mark.
  var markup: HTML {
    HTML("span", ["class": "badge \(tone.rawValue)"]) {
      HTML("span", ["aria-hidden": "true"]) { symbol }
      " " + word
    }
  }
}

extension Badge {
  /// The verdict on the whole.
  init(_ verdict: CheckReport.Verdict) {
    switch verdict {
    case .passed: self.init(tone: .good, symbol: "✓", word: "Passed")
    case .failed: self.init(tone: .bad, symbol: "✕", word: "Failed")
    case .inconclusive: self.init(tone: .doubt, symbol: "?", word: "Inconclusive")
    case .error: self.init(tone: .bad, symbol: "!", word: "Not carried out")
    }
  }

  /// How a stage ended.
  init(_ outcome: CheckReport.Stage.Outcome) {
    switch outcome {
    case .passed: self.init(tone: .good, symbol: "✓", word: "passed")
    case .failed: self.init(tone: .bad, symbol: "✕", word: "failed")
    case .inconclusive: self.init(tone: .doubt, symbol: "?", word: "inconclusive")
    case .skipped: self.init(tone: .plain, symbol: "–", word: "skipped")
    case .error: self.init(tone: .bad, symbol: "!", word: "not carried out")
    }
  }

  /// How bad a finding is.
  init(_ severity: CheckReport.Finding.Severity) {
    switch severity {
    case .error: self.init(tone: .bad, symbol: "✕", word: "error")
    case .warning: self.init(tone: .doubt, symbol: "!", word: "warning")
    case .info: self.init(tone: .info, symbol: "i", word: "info")
    }
  }

  /// The verdict on one operation.
  init(_ verdict: CheckReport.Isolation.Verdict) {
    switch verdict {
    case .isolated: self.init(tone: .good, symbol: "✓", word: "isolated")
    case .leak: self.init(tone: .bad, symbol: "✕", word: "leak")
    case .denied: self.init(tone: .doubt, symbol: "⊘", word: "denied")
    case .inconclusive: self.init(tone: .doubt, symbol: "?", word: "inconclusive")
    case .notGranted: self.init(tone: .plain, symbol: "–", word: "not granted")
    }
  }

  /// What became of a mutant.
  init(_ fate: CheckReport.Isolation.Mutants.Fate) {
    switch fate {
    case .killed: self.init(tone: .good, symbol: "✓", word: "noticed")
    case .survived: self.init(tone: .bad, symbol: "✕", word: "survived")
    case .equivalent: self.init(tone: .plain, symbol: "=", word: "equivalent")
    case .notMade: self.init(tone: .plain, symbol: "–", word: "not made")
    }
  }

  /// How a run ended, as the ledger of runs says it.
  init(result: String) {
    switch result {
    case "good": self.init(tone: .good, symbol: "✓", word: "good")
    case "found": self.init(tone: .bad, symbol: "✕", word: "found")
    case "failed": self.init(tone: .bad, symbol: "!", word: "failed")
    case "inconclusive": self.init(tone: .doubt, symbol: "?", word: "inconclusive")
    default: self.init(tone: .plain, symbol: "–", word: result)
    }
  }

  /// What a change does to isolation.
  init(effect: String) {
    switch effect {
    case "tightens": self.init(tone: .good, symbol: "▲", word: "tightens")
    case "loosens": self.init(tone: .bad, symbol: "▼", word: "loosens")
    case "equal": self.init(tone: .plain, symbol: "=", word: "equal")
    default: self.init(tone: .doubt, symbol: "?", word: effect)
    }
  }
}
