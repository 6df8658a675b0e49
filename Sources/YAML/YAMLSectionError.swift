/// A mapping that does not hold what it should.
package struct YAMLSectionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  package var file: String
  /// The line, from 1.
  package var line: Int
  /// What is wrong, with the path of the key.
  package var message: String
  /// What to do about it.
  package var remedy: String?

  /// An error at a line of a file.
  package init(_ message: String, file: String, line: Int, remedy: String? = nil) {
    self.message = message
    self.file = file
    self.line = line
    self.remedy = remedy
  }

  /// One sentence that begins with the file and the line.
  package var description: String { "\(file):\(line): \(message)" }
}
