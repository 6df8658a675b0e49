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
    guard let names = FileAccess.names(in: path) else {
      let message =
        FileAccess.exists(path) ? "the folder cannot be read" : "there is no such folder"
      throw PolicyError(
        .missingFolder, message, file: path,
        remedy: "Create it, or name the folder that holds the policy files.")
    }
    var files: [PolicyFile] = []
    // Compared as bytes, the order is the same whatever the locale of the machine.
    let ordered = names.filter { $0.hasSuffix(".sql") && !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in ordered {
      let file = path.hasSuffix("/") ? path + name : path + "/" + name
      guard let bytes = FileAccess.bytes(of: file) else {
        throw PolicyError(
          .unreadableFile, "the file cannot be read", file: file,
          remedy: "Check that it is a file and that you may read it.")
      }
      files.append(try PolicyFile(name: name, path: file, bytes: bytes))
    }
    return PolicyDirectory(path: path, files: files)
  }
}
