internal import YAML

/// A manifest that `init` writes from what there is.
package struct ManifestDraft: Sendable, Equatable {
  /// Where it comes from, for the comment on top.
  package var origin: String
  /// How tenants are told apart.
  package var tenant: PolicyManifest.Context
  /// The roles.
  package var roles: PolicyManifest.Roles
  /// The schemas, if not `public` alone.
  package var schemas: [String]
  /// Lines for tables, in order.
  package var entries: [DraftEntry]
  /// What a person should know.
  package var notes: [String]
  /// Tables that need no line, since columns and foreign keys say enough.
  package var impliedCount: Int

  /// The names of all tables there are, as the manifest names them.
  package var tables: Set<String> = []
  /// Tables that the manifest there is leaves open; nil without one.
  var open: Set<String>?
  /// True when the tables are those of Payload CMS.
  package var isPayload = false

  /// The file.
  package var text: String {
    var lines = [
      "# How tenants are kept apart: \(origin).",
      isPayload
        ? "# A table that is not here yet: dbtool policies init adds it."
        : "# Tables without a line are decided by the tenant column and by foreign keys.",
      "# yaml-language-server: $schema=\(ManifestSchema.fileName)",
      "version: 1",
    ]
    if schemas != ["public"] { lines.append("schemas: \(YAMLText.list(schemas))") }
    lines += [
      "tenant:", "  setting: \(YAMLText.scalar(tenant.setting))",
      "  column: \(YAMLText.scalar(tenant.column))",
    ]
    if !tenant.claim.isEmpty {
      lines.append("  claim: \(YAMLText.scalar(tenant.claim.joined(separator: ".")))")
    }
    if let type = tenant.type { lines.append("  type: \(YAMLText.scalar(type))") }
    lines.append("roles:")
    let groups = [
      ("application", roles.application), ("read-only", roles.readOnly),
      ("administration", roles.administration), ("provisioning", roles.provisioning),
    ]
    for (word, names) in groups where !names.isEmpty {
      lines.append("  \(word): \(YAMLText.list(names))")
    }
    if !entries.isEmpty {
      lines.append("tables:")
      for entry in entries { lines += entry.lines() }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
