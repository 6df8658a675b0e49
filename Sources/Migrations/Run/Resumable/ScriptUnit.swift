internal import SQLSyntax

/// A part of a script that runs outside one transaction: what is done, and recorded, as one.
enum ScriptUnit: Equatable {
  /// A SET of the session, which is repeated when the script is taken up again.
  case setting(Int)
  /// Statements that share a transaction with their record.
  case transaction(ClosedRange<Int>, isOwn: Bool)
  /// A statement that cannot.
  case alone(Int, LoneStatement)

  /// The units of a script, in order.
  ///
  /// A script's own BEGIN to COMMIT is one unit; an open end of it belongs to the unit.
  static func units(of statements: [Statement]) -> [ScriptUnit] {
    var units: [ScriptUnit] = []
    var index = 0
    while index < statements.count {
      let text = statements[index].text
      switch firstWord(of: text) {
      case "begin", "start":
        let rest = statements[(index + 1)...]
        let end = rest.firstIndex { endsTransaction($0.text) } ?? statements.count - 1
        units.append(.transaction(index...end, isOwn: true))
        index = end
      case "set", "reset":
        units.append(.setting(index))
      default:
        let lone = LoneStatement(parsing: text)
        units.append(
          lone.map { .alone(index, $0) } ?? .transaction(index...index, isOwn: false))
      }
      index += 1
    }
    return units
  }

  /// The statements of a transaction that the session keeps when it is over.
  static func settings(
    in range: ClosedRange<Int>, of statements: [Statement]
  ) -> [Int] {
    range.filter { index in
      let words = statements[index].text.prefix(60).lowercased()
        .split { !$0.isLetter && $0 != "_" }
      guard let first = words.first, ["set", "reset"].contains(first) else { return false }
      return !["local", "constraints", "transaction"].contains(words.dropFirst().first ?? "")
    }
  }

  /// The first of its statements, counted from 0.
  var first: Int {
    switch self {
    case .setting(let index), .alone(let index, _): index
    case .transaction(let range, _): range.lowerBound
    }
  }

  private static func endsTransaction(_ text: String) -> Bool {
    guard ["commit", "end", "rollback", "abort", "prepare"].contains(firstWord(of: text)) else {
      return false
    }
    return [.commit, .rollback].contains(StatementKind(parsing: text))
  }

  private static func firstWord(of text: String) -> String {
    text.prefix { $0.isASCII && $0.isLetter }.lowercased()
  }
}
