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
      guard let reference = Self.reference(in: source[index..<end]) else {
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

  /// The first `${NAME}`, where NAME is a word as in a shell.
  private static func reference(
    in source: ArraySlice<UInt8>
  ) -> (range: Range<Int>, name: String)? {
    var start = source.startIndex
    while let dollar = source[start...].firstIndex(of: UInt8(ascii: "$")) {
      start = dollar + 1
      guard start < source.endIndex, source[start] == UInt8(ascii: "{"),
        let end = source[start...].firstIndex(of: UInt8(ascii: "}"))
      else { continue }
      let name = String(decoding: source[(start + 1)..<end], as: UTF8.self)
      let isWord =
        name.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
        && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      if isWord { return (dollar..<(end + 1), name) }
    }
    return nil
  }
}
