/// A file or folder of the project that cannot be used.
package struct SourceFileError: Error, Sendable, Equatable {
  /// What kind of failure it is.
  package enum Code: Sendable, Equatable {
    /// The folder is not there or cannot be read.
    case folderUnreadable
    /// The file cannot be read.
    case fileUnreadable
    /// The file is not UTF-8.
    case invalidUTF8
  }

  /// What kind of failure it is.
  package var code: Code
  /// What is wrong, in one line.
  package var message: String
  /// The file or folder.
  package var path: String
  /// The line, from 1, where there is one.
  package var line: Int?
  /// What to do about it.
  package var remedy: String
}
