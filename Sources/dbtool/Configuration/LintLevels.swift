import Lint
import Wording
import YAML

/// Reads `lint` of `dbtool.yaml`.
enum LintLevels {
  static func read(_ section: Section) throws -> Configuration.Linting {
    var section = section
    var linting = Configuration.Linting()
    if let text = try section.text("from") {
      guard let version = Int64(text), version > 0 else {
        throw section.error("lint.from must be the version of a migration", at: "from")
      }
      linting.firstVersion = version
    }
    if var rules = try section.section("rules") {
      for member in rules.members {
        guard LintBook.rule(named: member.key) != nil else {
          throw rules.error(
            "there is no rule \"\(member.key)\"", at: member.key,
            remedy: NearNames.advice(
              for: member.key, among: LintBook.all.map(\.name),
              otherwise: "dbtool lint --explain list shows them"))
        }
        let text = try rules.text(member.key) ?? ""
        if let severity = LintSeverity(rawValue: text) {
          linting.levels[member.key] = severity
        } else if ["off", "false"].contains(text) {
          linting.disabled.insert(member.key)
        } else {
          throw rules.error(
            "lint.rules.\(member.key) must be error, warning, info or off", at: member.key)
        }
      }
      try rules.finish()
    }
    try section.finish()
    return linting
  }
}
