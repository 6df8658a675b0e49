internal import SQLSyntax
internal import YAML

/// Reads what a manifest says of one table.
enum TableRuleReader {
  private static let kinds = [
    "root", "column", "parent", "membership", "global", "raw", "exempt", "undecided",
  ]

  static func rule(
    _ member: YAMLNode.Member, file: String
  ) throws(YAMLSectionError) -> TableRule {
    var rule = TableRule(member.key, line: member.line)
    if let word = member.value.text {
      rule.isolation = try isolation(word, of: member, file: file)
      return rule
    }
    var section = try YAMLSection(member.value, path: "tables.\(member.key)", file: file)
    let named = kinds.filter { kind in section.members.contains { $0.key == kind } }
    guard named.count <= 1 else {
      throw section.error(
        "tables.\(member.key) says \(named.joined(separator: " and ")): one of them",
        line: member.line)
    }
    if let kind = named.first { rule.isolation = try isolation(kind, &section, rule: &rule) }
    rule.key = try section.texts("key")
    if let access = try access("access", &section) { rule.access = access }
    rule.insertColumns = try section.texts("insert")
    rule.updateColumns = try section.texts("update")
    rule.isShared = try section.flag("shared") ?? false
    rule.checksReferences = try section.flag("check-references") ?? true
    if let policies = try section.section("policies") {
      for policy in policies.members {
        rule.policies.append(try raw(policy, table: member.key, file: file))
      }
    }
    try section.finish()
    return rule
  }

  /// `table: root` and the like, for what needs no more words.
  private static func isolation(
    _ word: String, of member: YAMLNode.Member, file: String
  ) throws(YAMLSectionError) -> TableRule.Isolation {
    switch word {
    case "root": return .root(column: nil)
    case "column": return .column(nil)
    case "global": return .global
    case "exempt", "undecided", "parent", "membership", "raw":
      let example = [
        "parent": "{parent: bookings}", "membership": "{membership: memberships}",
        "raw": "{raw: \"the reason\", policies: …}", "exempt": "{exempt: \"the reason\"}",
        "undecided": "{undecided: \"the question\"}",
      ]
      throw YAMLSectionError(
        "tables.\(member.key): \(word) needs more: \(example[word] ?? "")", file: file,
        line: member.value.line)
    default:
      throw YAMLSectionError(
        "tables.\(member.key) must be root, column or global, or a mapping with one of "
          + kinds.joined(separator: ", "), file: file, line: member.value.line)
    }
  }

  private static func isolation(
    _ kind: String, _ section: inout YAMLSection, rule: inout TableRule
  ) throws(YAMLSectionError) -> TableRule.Isolation {
    func required(_ what: String) throws(YAMLSectionError) -> String {
      try section.required(kind, what)
    }
    switch kind {
    case "root": return .root(column: try section.text("root"))
    case "column": return .column(try section.text("column"))
    case "parent": return .parent(try required("the table that its foreign key refers to"))
    case "membership":
      return .membership(try required("the table whose rows make somebody a member"))
    case "global":
      rule.access = try access("global", &section)
      return .global
    case "raw": return .raw(reason: try required("the reason"))
    case "exempt": return .exempt(reason: try required("the reason"))
    default: return .undecided(reason: try required("what has to be decided"))
    }
  }

  private static func access(
    _ key: String, _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> Set<TableRule.Command>? {
    let words = try section.texts(key)
    switch words {
    case []: return nil
    case ["read-only"]: return [.select]
    case ["read-write"]: return Set(TableRule.Command.allCases)
    case ["append-only"]: return [.select, .insert]
    case ["none"]: return []
    default: break
    }
    var commands: Set<TableRule.Command> = []
    for word in words {
      guard let command = TableRule.Command(rawValue: word) else {
        throw section.error(
          "\(section.full(key)) must be read-only, read-write, append-only, none, or a list of "
            + "select, insert, update and delete", at: key)
      }
      commands.insert(command)
    }
    return commands
  }

  private static func raw(
    _ member: YAMLNode.Member, table: String, file: String
  ) throws(YAMLSectionError) -> RawPolicy {
    let path = "tables.\(table).policies.\(member.key)"
    var section = try YAMLSection(member.value, path: path, file: file)
    // PostgreSQL cuts longer names (manual, section 4.1.1), and then finds another policy there.
    guard member.key.utf8.count <= 63 else {
      throw section.error("\(path): the name has more than 63 bytes", line: member.line)
    }
    var policy = RawPolicy(name: member.key, line: member.line)
    policy.isPermissive = try section.flag("restrictive") != true
    if let command = try section.text("for") {
      policy.command = command.uppercased()
      guard ["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"].contains(policy.command) else {
        throw section.error(
          "\(path).for must be all, select, insert, update or delete", at: "for")
      }
    }
    policy.roles = try section.texts("to")
    policy.using = try expression("using", &section)
    policy.check = try expression("check", &section)
    try section.finish()
    if policy.command == "INSERT" ? policy.using != nil : policy.using == nil {
      throw section.error(
        policy.command == "INSERT"
          ? "\(path): INSERT has only check, no using" : "\(path).using is missing", at: "using")
    }
    if policy.command == "INSERT", policy.check == nil {
      throw section.error("\(path).check is missing", at: "check")
    }
    if ["SELECT", "DELETE"].contains(policy.command), policy.check != nil {
      throw section.error("\(path): \(policy.command) has only using, no check", at: "check")
    }
    return policy
  }

  private static func expression(
    _ key: String, _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> String? {
    guard let text = try section.text(key) else { return nil }
    do throws(SyntaxError) {
      // As it stands, and as it will stand in SQL: nothing in it may reach what comes after it.
      for form in [text, "(" + text + ")"] {
        let statements = try SyntaxTree.statements(of: "SELECT " + form)
        let select = statements.first?["SelectStmt"]
        guard statements.count == 1, select?["targetList"]?.elements.count == 1,
          ["fromClause", "whereClause", "groupClause", "sortClause", "larg"].allSatisfy({
            select?[$0] == nil
          }), select?["targetList"]?.elements.first?["ResTarget"]?["name"] == nil
        else { throw SyntaxError(message: "not one expression") }
      }
    } catch {
      throw section.error(
        "\(section.full(key)) is no SQL expression: \(error.message)", at: key)
    }
    return text
  }
}
