/// One migration as its files define it.
package struct Migration: Sendable, Equatable {
  /// The version, which orders migrations.
  package var version: Int64
  /// The name after the version.
  package var name: String
  /// The file that brings the change.
  package var upFile: String
  /// The file that takes it back.
  package var downFile: String?
  /// The file whose queries tell whether the change is there.
  package var verifyFile: String?
  /// SHA-256 of the up file's bytes, in hexadecimal.
  package var checksum: String
  /// How its files are divided.
  package var layout = MigrationLayout.dbtool

  /// `VERSION_name`, as messages call it.
  package var label: String { "\(version)_\(name)" }
}
