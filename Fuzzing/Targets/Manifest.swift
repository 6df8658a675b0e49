import Postgres
import SQLSyntax

@testable import Policies

extension FuzzTarget {
  /// A manifest is refused with a line of its own, or every expression in it stays where it is put.
  static let manifest = FuzzTarget(name: "manifest") { input in
    let source = text(input)
    let manifest: PolicyManifest
    do throws(PolicyError) {
      manifest = try ManifestReader.read(
        source, path: "manifest.yaml", defaults: ManifestDefaults(roles: ["app"]))
    } catch {
      let lines = source.unicodeScalars.count {
        "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0)
      }
      try hold(
        (1...lines + 2).contains(error.location?.line ?? 0), "\(error) is on no line of the file")
      return
    }
    try hold(!manifest.roles.bound.isEmpty, "a manifest without a role was taken")
    for policy in manifest.rules.flatMap(\.policies) { try isOnePolicy(policy) }
  }

  private static func isOnePolicy(_ policy: RawPolicy) throws {
    let definition = PolicyDefinition(
      name: policy.name, relation: 1, command: policy.command, isPermissive: policy.isPermissive,
      roles: [], using: policy.using, check: policy.check)
    guard !policy.name.isEmpty else { return }
    let sql =
      try "CREATE POLICY \(SQLIdentifier.readable(policy.name)) ON t"
      + PolicyText.definition(definition)
    let statements = try SyntaxTree.statements(of: sql)
    let create = statements.first?["CreatePolicyStmt"]
    try hold(
      statements.count == 1 && create?["policy_name"]?.text == policy.name,
      "\(policy) is not one policy")
    for (text, field) in [(policy.using, "qual"), (policy.check, "with_check")] {
      try hold(
        try text.map { try SyntaxTree.expression($0).withoutLocations }
          == create?[field]?.withoutLocations, "\(policy) has another expression as a policy")
    }
  }
}
