import SQLSyntax

extension FuzzTarget {
  /// What a text does to a session, read in two ways that must agree.
  static let sessionEffects = FuzzTarget(name: "session-effects") { input in
    let text = text(input)
    let quick = SessionEffect.effects(of: text)
    // What the server refuses to parse does nothing, whatever is read in it.
    guard let parsed = SessionEffect.parsedEffects(of: text) else { return }
    try hold(quick == parsed, "\(quick) is not \(parsed): \(text.debugDescription)")
  }
}
