package import Migrations

/// A file that is linted, or read because others build on it.
package struct LintSource: Sendable {
  /// What kind of file it is.
  package enum Kind: Sendable, Equatable {
    /// A migration of a version.
    case migration(Int64)
    /// A file of policies, which is applied when all migrations have been.
    case policies
    /// A file that was named and belongs to neither folder.
    case other
  }

  /// The file.
  package var file: String
  /// What kind of file it is.
  package var kind: Kind
  /// Its content; a failure when it could not be run.
  package var script: Result<MigrationScript, MigrationError>
  /// False when findings in it are not wanted.
  package var isJudged: Bool

  /// Reads a file.
  package init(
    file: String, kind: Kind, isJudged: Bool = true, template: Template? = nil,
    layout: MigrationLayout = .dbtool
  ) {
    self.file = file
    self.kind = kind
    self.isJudged = isJudged
    do {
      script = .success(try MigrationScript.load(file, template: template, layout: layout))
    } catch {
      script = .failure(error)
    }
  }
}
