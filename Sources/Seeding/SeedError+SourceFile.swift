internal import SQLSyntax
internal import SourceFiles

extension SeedError {
  /// What `body` gives, with its error as one of this target.
  static func wrap<Value>(
    _ body: () throws(SourceFileError) -> Value
  ) throws(SeedError) -> Value {
    do {
      return try body()
    } catch {
      let code: Code =
        switch error.code {
        case .folderUnreadable: .missingFolder
        case .fileUnreadable: .unreadableFile
        case .invalidUTF8: .invalidEncoding
        }
      throw SeedError(
        code, error.message, file: error.path,
        location: error.line.map { SourceLocation(line: $0, column: 1) }, remedy: error.remedy)
    }
  }
}
