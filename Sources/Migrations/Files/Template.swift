internal import SQLSyntax

/// Values that stand in for `${NAME}` in migration files.
package struct Template: Sendable, Equatable {
  /// The values by name.
  package var values: [String: String]
  /// True to replace inside dollar-quoted bodies as well, where `${` may be meant as it stands.
  package var inBodies: Bool

  /// A template of known values.
  package init(values: [String: String], inBodies: Bool = false) {
    self.values = values
    self.inBodies = inBodies
  }

  /// Replaces every `${NAME}` outside of comments.
  ///
  /// - Throws: `MigrationError` with the place of a name that has no value.
  func expand(_ text: String, file: String) throws(MigrationError) -> TemplateExpansion {
    let closed = SQLRegions.closed(in: text)
    let skipped = (inBodies ? closed.comments : closed.comments + closed.bodies)
      .sorted { $0.lowerBound < $1.lowerBound }
    let source = Array(text.utf8)
    var expansion = TemplateExpansion()
    var index = 0
    var next = skipped[...]
    while index < source.count {
      if let range = next.first, range.lowerBound <= index {
        expansion.copy(source[index..<max(index, range.upperBound)], from: index)
        index = max(index, range.upperBound)
        next.removeFirst()
        continue
      }
      let end = next.first?.lowerBound ?? source.count
      guard let reference = SQLVariable.first(in: source[index..<end]) else {
        expansion.copy(source[index..<end], from: index)
        index = end
        continue
      }
      guard let value = values[reference.name] else {
        let location = SourceLocation(utf8Offset: reference.range.lowerBound, in: text)
        var error = MigrationError(
          .undefinedVariable, "there is no value for ${\(reference.name)}", file: file,
          remedy:
            "set it under migrate.variables in dbtool.yaml or in the environment; nothing was "
            + "run")
        error.line = location.line
        error.column = location.column
        throw error
      }
      expansion.copy(source[index..<reference.range.lowerBound], from: index)
      expansion.replace(reference.range, with: value)
      index = reference.range.upperBound
    }
    return expansion
  }
}
