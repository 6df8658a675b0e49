import LocalPostgres

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `body` with the path of a new empty directory, and removes the directory with its content.
///
/// - Throws: What `body` throws, or `TestSupportError` when the directory can't be made.
package func withTemporaryDirectory<Result>(
  _ body: (_ path: String) throws -> Result
) throws -> Result {
  let path = try makeTemporaryDirectory()
  defer { try? FileSystem.removeTree(path) }
  return try body(path)
}

/// Makes an empty directory, which the caller removes.
///
/// - Throws: `TestSupportError` when it can't be made.
package func makeTemporaryDirectory() throws -> String {
  var template = Array("\(TestServer.temporaryDirectory)/dbtool-test-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else {
    throw TestSupportError(message: "mkdtemp: \(String(cString: strerror(errno)))")
  }
  return template.withUnsafeBufferPointer { buffer in
    buffer.baseAddress.map { String(cString: $0) } ?? ""
  }
}

/// Why test support could not do its part.
package struct TestSupportError: Error, CustomStringConvertible {
  /// What happened.
  package var message: String
  /// The message.
  package var description: String { message }

  /// A failure with its message.
  package init(message: String) { self.message = message }
}
