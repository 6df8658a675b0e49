internal import SourceFiles

extension MigrationError {
  /// What `body` gives, with its error as one of this target.
  static func wrap<Value>(
    _ body: () throws(SourceFileError) -> Value
  ) throws(MigrationError) -> Value {
    do {
      return try body()
    } catch {
      let code: Code =
        switch error.code {
        case .folderUnreadable: .folderUnreadable
        case .fileUnreadable: .fileUnreadable
        case .invalidUTF8: .invalidUTF8
        }
      var result = MigrationError(code, error.message, file: error.path, remedy: error.remedy)
      result.line = error.line
      throw result
    }
  }
}
