import Lint
import Reports
import SQLSyntax
import YAML

/// The files and lines that make the objects of the database.
struct Definitions {
  private var index = DefinitionIndex([])
  /// The lines of manifests that say how tables are isolated, by the name that is written there.
  private var manifest: [String: CheckReport.Location] = [:]

  /// Of nothing.
  init() {}

  /// Of a project, as far as its files can be read.
  init(_ session: Session) {
    let configuration = session.configuration
    let sources = (try? LintedFiles(session, paths: []).sources) ?? []
    self.init(sources, policyFolder: configuration.place(configuration.policies))
  }

  /// Of the project's migrations and policies.
  init(_ sources: [LintSource], policyFolder: String) {
    index = DefinitionIndex(sources)
    let names = (try? Files.names(in: policyFolder)) ?? []
    for name in names where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      let file = policyFolder + "/" + name
      guard let text = Files.textIfThere(file), let root = try? YAMLDocument.parse(text) else {
        continue
      }
      let tables = root.members?.first { $0.key == "tables" }?.value.members ?? []
      for table in tables { manifest[table.key] = .init(file: file, line: table.line) }
    }
  }

  /// Where an object, or the policy of it that `text` names, is made; nil when no file says so.
  func place(of object: String, mentionedIn text: String = "") -> CheckReport.Location? {
    if let policy = index.place(ofPolicyOf: object, mentionedIn: text) {
      return Self.location(policy)
    }
    if let line = manifest[object] ?? manifest[Self.withoutSchema(object)] { return line }
    return index.place(of: object).map(Self.location)
  }

  private static func location(_ place: DefinitionIndex.Place) -> CheckReport.Location {
    .init(file: place.file, line: place.location.line, column: place.location.column)
  }

  private static func withoutSchema(_ object: String) -> String {
    object.hasPrefix("public.") ? String(object.dropFirst("public.".count)) : object
  }
}
