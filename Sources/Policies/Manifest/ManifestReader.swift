internal import SQLSyntax
internal import YAML

/// Reads a manifest from YAML.
enum ManifestReader {
  /// The manifest in `text`.
  ///
  /// - Throws: `PolicyError` with file and line.
  static func read(
    _ text: String, path: String, defaults: ManifestDefaults
  ) throws(PolicyError) -> PolicyManifest {
    do throws(YAMLSectionError) {
      let root: YAMLNode?
      do throws(YAMLError) {
        root = try YAMLDocument.parse(text)
      } catch {
        throw YAMLSectionError(error.message, file: path, line: error.line)
      }
      guard let root, !root.isNull else {
        throw YAMLSectionError(
          "the manifest is empty", file: path, line: 1,
          remedy: "dbtool policies init writes one from the database.")
      }
      return try manifest(YAMLSection(root, path: "", file: path), defaults)
    } catch {
      throw PolicyError(
        .manifest, error.message, file: path,
        location: SourceLocation(line: error.line, column: 1),
        remedy: error.remedy)
    }
  }

  private static func manifest(
    _ section: YAMLSection, _ defaults: ManifestDefaults
  ) throws(YAMLSectionError) -> PolicyManifest {
    var section = section
    if let version = try section.text("version"), version != "1" {
      throw section.error("version must be 1", at: "version")
    }
    var manifest = PolicyManifest(
      path: section.file,
      tenant: .init(
        setting: defaults.tenantSetting, column: defaults.tenantColumn, type: defaults.tenantType))
    let schemas = try section.texts("schemas")
    if !schemas.isEmpty { manifest.schemas = schemas }
    if var tenant = try section.section("tenant") {
      manifest.tenant = try context(&tenant, manifest.tenant)
      manifest.tenantListSetting = try setting("list", &tenant)
      try tenant.finish()
    }
    if let within = try section.section("within") { manifest.within = try narrow(within) }
    if let roles = try section.section("roles") {
      manifest.roles = try self.roles(roles)
    } else {
      manifest.roles.application = defaults.roles
    }
    guard !manifest.roles.bound.isEmpty else {
      throw section.error(
        "roles.application is missing: the roles that the application works as", at: "roles")
    }
    if let support = try section.section("support") {
      manifest.support = try self.support(support)
    }
    switch try section.text("grants") {
    case nil, "manage": break
    case "leave": manifest.managesGrants = false
    default: throw section.error("grants must be manage or leave", at: "grants")
    }
    manifest.isStrict = try section.flag("strict") ?? true
    if let tables = try section.section("tables") {
      for member in tables.members {
        manifest.rules.append(try TableRuleReader.rule(member, file: section.file))
      }
    }
    manifest.exemptViews = try exempt("views", &section)
    manifest.exemptFunctions = try exempt("functions", &section)
    try section.finish()
    return manifest
  }

  private static func context(
    _ section: inout YAMLSection, _ usual: PolicyManifest.Context
  ) throws(YAMLSectionError) -> PolicyManifest.Context {
    var context = usual
    context.setting = try setting("setting", &section) ?? usual.setting
    context.column = try section.text("column") ?? usual.column
    context.type = try section.text("type") ?? usual.type
    context.claim = try claim(&section)
    if let type = context.type, !isTypeName(type) {
      throw section.error(
        "\(section.full("type")) must be the name of a type, for example uuid or bigint",
        at: "type")
    }
    return context
  }

  /// `tenant_id`, or `app_metadata.tenant_id` for a member of a member.
  private static func claim(
    _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> [String] {
    guard let text = try section.text("claim") else { return [] }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    guard parts.allSatisfy({ !$0.isEmpty && !$0.contains { "{}\"\\,".contains($0) } }) else {
      throw section.error(
        "\(section.full("claim")) must be the name of a member of the JSON, for example tenant_id "
          + "or app_metadata.tenant_id", at: "claim")
    }
    return parts
  }

  private static func isTypeName(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0 == "_" || $0 == "." || $0 == " " || ("a"..."z").contains($0) || ("A"..."Z").contains($0)
          || ("0"..."9").contains($0)
      }
  }

  /// The name of a setting, which needs a prefix (PostgreSQL manual, section 20.16).
  private static func setting(
    _ key: String, _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> String? {
    guard let name = try section.text(key) else { return nil }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isGood =
      parts.count >= 2
      && parts.allSatisfy { part in
        part.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
          && part.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$")
          }
      }
    guard isGood else {
      throw section.error(
        "\(section.full(key)) must be the name of a setting such as app.current_tenant_id", at: key)
    }
    return name
  }

  private static func narrow(
    _ section: YAMLSection
  ) throws(YAMLSectionError) -> [PolicyManifest.NarrowContext] {
    var contexts: [PolicyManifest.NarrowContext] = []
    for member in section.members {
      // It becomes part of the name of a policy, which PostgreSQL cuts at 63 bytes.
      guard member.key.utf8.count <= 50 else {
        throw section.error("within.\(member.key): the name is too long", line: member.line)
      }
      var entry = try YAMLSection(member.value, path: "within.\(member.key)", file: section.file)
      guard let setting = try setting("setting", &entry) else {
        throw entry.error("within.\(member.key).setting is missing", at: "setting")
      }
      let column = try entry.required("column", "the column that is compared with the setting")
      contexts.append(
        .init(
          name: member.key,
          context: .init(
            setting: setting, column: column, type: try entry.text("type"),
            claim: try claim(&entry)),
          isOptional: try entry.flag("optional") ?? false, tables: try entry.texts("tables")))
      try entry.finish()
    }
    return contexts
  }

  private static func roles(
    _ section: YAMLSection
  ) throws(YAMLSectionError) -> PolicyManifest.Roles {
    var section = section
    var roles = PolicyManifest.Roles()
    roles.application = try section.texts("application")
    roles.readOnly = try section.texts("read-only")
    roles.administration = try section.texts("administration")
    roles.provisioning = try section.texts("provisioning")
    try section.finish()
    if let twice = roles.all.first(where: { role in roles.all.count { $0 == role } > 1 }) {
      throw section.error("the role \(twice) is named twice under roles", line: section.line)
    }
    return roles
  }

  private static func support(
    _ section: YAMLSection
  ) throws(YAMLSectionError) -> PolicyManifest.Support {
    var section = section
    var support = PolicyManifest.Support(
      role: try section.required("role", "the role that support works as"),
      table: try section.required("table", "the table whose rows are permissions"))
    support.tenantColumn = try section.text("tenant") ?? support.tenantColumn
    support.staffColumn = try section.text("staff") ?? support.staffColumn
    support.fromColumn = try section.text("from") ?? support.fromColumn
    support.untilColumn = try section.text("until") ?? support.untilColumn
    support.staffSetting = try setting("staff-setting", &section)
    try section.finish()
    return support
  }

  private static func exempt(
    _ key: String, _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> [String: String] {
    guard let entries = try section.section(key) else { return [:] }
    var exempt: [String: String] = [:]
    for member in entries.members {
      var entry = try YAMLSection(member.value, path: "\(key).\(member.key)", file: section.file)
      exempt[member.key] = try entry.required("exempt", "the reason")
      try entry.finish()
    }
    return exempt
  }
}
