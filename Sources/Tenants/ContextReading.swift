internal import SQLSyntax
internal import Wording

/// A part of the session's context that policies read: a setting, or a member of the JSON in one.
package struct ContextReading: Sendable, Hashable {
  /// The setting's name.
  package var setting: String
  /// The names of the members that lead to the value, for a setting that holds JSON.
  package var path: [String] = []

  /// A reading from its parts.
  package init(setting: String, path: [String] = []) {
    self.setting = setting
    self.path = path
  }

  /// The value of the setting in which each of `readings`, all of one setting, finds its value.
  package static func text(of readings: [(path: [String], value: String)]) -> String {
    if let plain = readings.first(where: { $0.path.isEmpty }) { return plain.value }
    var members: [(name: String, value: String)] = []
    let names = readings.map { $0.path[0] }
    for name in Set(names).sorted() {
      let inner = readings.filter { $0.path[0] == name }
        .map { (path: Array($0.path.dropFirst()), value: $0.value) }
      let isText = inner.contains { $0.path.isEmpty }
      let text = text(of: inner)
      members.append((name, isText ? JSONText.quoted(text) : text))
    }
    return "{" + members.map { JSONText.quoted($0.name) + ": " + $0.value }.joined(separator: ", ")
      + "}"
  }
}

/// A column whose value policies compare with a part of the session's context.
package struct ContextBinding: Sendable, Hashable {
  /// The table.
  package var relation: UInt32
  /// The column.
  package var column: String
  /// What it is compared with.
  package var reading: ContextReading

  /// A binding from its parts.
  package init(relation: UInt32, column: String, reading: ContextReading) {
    self.relation = relation
    self.column = column
    self.reading = reading
  }
}
