internal import SQLSyntax
internal import SourceFiles

/// The folder of policy files, read and checked: SQL files, and a manifest that says what isolation
/// should be.
package struct PolicyDirectory: Sendable, Equatable {
  /// Its path, for messages.
  package var path: String
  /// Its SQL files in the order in which they are applied: by the bytes of their names.
  package var files: [PolicyFile]
  /// Its manifest; nil when there is none.
  package var manifest: PolicyManifest?

  /// A folder with known files.
  package init(path: String, files: [PolicyFile], manifest: PolicyManifest? = nil) {
    self.path = path
    self.files = files
    self.manifest = manifest
  }

  /// Reads every `.sql` file that lies directly in the folder at `path`, and the `.yaml` file;
  /// hidden files are left out.
  ///
  /// - Parameter defaults: What holds where the manifest says nothing.
  /// - Throws: `PolicyError` naming the first file that cannot be used.
  package static func load(
    _ path: String, defaults: ManifestDefaults = ManifestDefaults()
  ) throws(PolicyError) -> PolicyDirectory {
    let names = try PolicyError.wrap { () throws(SourceFileError) in
      try SourceFiles.names(inFolder: path)
    }
    var directory = PolicyDirectory(path: path, files: [])
    for name in names where name.hasSuffix(".sql") || isManifest(name) {
      try directory.read(name, defaults: defaults)
    }
    return directory
  }

  /// The manifest in the folder at `path` alone, whatever the SQL files hold; nil when there is none.
  ///
  /// - Throws: `PolicyError` for a manifest that cannot be used.
  package static func manifest(
    inFolder path: String, defaults: ManifestDefaults = ManifestDefaults()
  ) throws(PolicyError) -> PolicyManifest? {
    guard let names = try? SourceFiles.names(inFolder: path) else { return nil }
    var directory = PolicyDirectory(path: path, files: [])
    for name in names where isManifest(name) {
      try directory.read(name, defaults: defaults)
    }
    return directory.manifest
  }

  private static func isManifest(_ name: String) -> Bool {
    name.hasSuffix(".yaml") || name.hasSuffix(".yml")
  }

  private mutating func read(
    _ name: String, defaults: ManifestDefaults
  ) throws(PolicyError) {
    let file = SourceFiles.path(name, inFolder: path)
    let bytes = try PolicyError.wrap { () throws(SourceFileError) in
      try SourceFiles.bytes(ofFile: file)
    }
    guard Self.isManifest(name) else {
      files.append(try PolicyFile(name: name, path: file, bytes: bytes))
      return
    }
    if let other = manifest {
      throw PolicyError(
        .manifest, "there is a manifest already: \(other.path)", file: file,
        remedy: "Put everything into one file: a table must have one line.")
    }
    let text = try PolicyError.wrap { () throws(SourceFileError) in
      try SourceText.decode(bytes, file: file)
    }
    manifest = try ManifestReader.read(text, path: file, defaults: defaults)
  }

  /// The policies that `CREATE POLICY` in the SQL files makes, as `schema.table.policy`.
  ///
  /// What a DO block makes is not among them.
  var writtenPolicies: Set<String> {
    var names: Set<String> = []
    for statement in files.flatMap(\.statements) {
      guard statement.text.range(ofWord: "policy"),
        let trees = try? SyntaxTree.statements(of: statement.text),
        let create = trees.first?["CreatePolicyStmt"], let name = create["policy_name"]?.text,
        let table = create["table"]?["relname"]?.text
      else { continue }
      names.insert("\(create["table"]?["schemaname"]?.text ?? "public").\(table).\(name)")
    }
    return names
  }
}

extension String {
  /// True when a word is in the text, in small or capital letters.
  fileprivate func range(ofWord word: String) -> Bool {
    lowercased().split { !$0.isLetter }.contains { $0 == word }
  }
}
