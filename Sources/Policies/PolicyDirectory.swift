internal import SourceFiles

/// The folder of policy files, read and checked.
package struct PolicyDirectory: Sendable, Equatable {
  /// Its path, for messages.
  package var path: String
  /// Its files in the order in which they are applied: by the bytes of their names.
  package var files: [PolicyFile]

  /// A folder with known files.
  package init(path: String, files: [PolicyFile]) {
    self.path = path
    self.files = files
  }

  /// Reads every `.sql` file that lies directly in the folder at `path`; hidden files are left out.
  ///
  /// - Throws: `PolicyError` naming the first file that cannot be used.
  package static func load(_ path: String) throws(PolicyError) -> PolicyDirectory {
    let names = try PolicyError.wrap { () throws(SourceFileError) in
      try SourceFiles.names(inFolder: path)
    }
    var files: [PolicyFile] = []
    for name in names where name.hasSuffix(".sql") {
      let file = SourceFiles.path(name, inFolder: path)
      let bytes = try PolicyError.wrap { () throws(SourceFileError) in
        try SourceFiles.bytes(ofFile: file)
      }
      files.append(try PolicyFile(name: name, path: file, bytes: bytes))
    }
    return PolicyDirectory(path: path, files: files)
  }
}
