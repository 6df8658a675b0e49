internal import SQLSyntax
internal import YAML

/// Reads a manifest of seeds from YAML.
enum SeedManifestReader {
  /// The manifest in `text`.
  ///
  /// - Throws: `SeedError` with file and line.
  static func read(_ text: String, path: String) throws(SeedError) -> SeedManifest {
    do throws(YAMLSectionError) {
      let root: YAMLNode?
      do throws(YAMLError) {
        root = try YAMLDocument.parse(text)
      } catch {
        throw YAMLSectionError(error.message, file: path, line: error.line)
      }
      guard let root, !root.isNull else { return SeedManifest() }
      return try manifest(YAMLSection(root, path: "", file: path))
    } catch {
      throw SeedError(
        .invalidManifest, error.message, file: path,
        location: SourceLocation(line: error.line, column: 1), remedy: error.remedy)
    }
  }

  private static func manifest(
    _ section: YAMLSection
  ) throws(YAMLSectionError) -> SeedManifest {
    var section = section
    var manifest = SeedManifest()
    if let version = try section.text("version"), version != "1" {
      throw section.error("version must be 1", at: "version")
    }
    if var tenants = try section.section("tenants") {
      if let count = try number("count", &tenants) {
        guard count >= 1, count <= 100_000, count == count.rounded() else {
          throw tenants.error("\(tenants.full("count")) must be 1 to 100000", at: "count")
        }
        manifest.tenants.count = Int(count)
      }
      manifest.tenants.skew = try skew(&tenants)
      try tenants.finish()
    }
    if let tables = try section.section("tables") {
      for member in tables.members {
        var table = try YAMLSection(member.value, path: "tables.\(member.key)", file: tables.file)
        manifest.tables[member.key] = try self.table(&table, line: member.line)
      }
    }
    if let files = try section.section("files") {
      for member in files.members {
        var file = try YAMLSection(member.value, path: "files.\(member.key)", file: files.file)
        manifest.files[member.key] = try self.file(&file, line: member.line)
      }
    }
    try section.finish()
    return manifest
  }

  private static func skew(
    _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> SeedManifest.Skew? {
    guard let text = try section.text("skew") else { return nil }
    if text == "even" { return .even }
    guard let exponent = zipf(text) else {
      throw section.error(
        "\(section.full("skew")) must be even, zipf or zipf(EXPONENT)", at: "skew")
    }
    return .zipf(exponent: exponent)
  }

  /// The exponent of `zipf` or `zipf(1.2)`.
  private static func zipf(_ text: String) -> Double? {
    if text == "zipf" { return 1 }
    guard text.hasPrefix("zipf("), text.hasSuffix(")"),
      let exponent = Double(text.dropFirst(5).dropLast()), exponent >= 0, exponent <= 5
    else { return nil }
    return exponent
  }

  private static func number(
    _ key: String, _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> Double? {
    guard let text = try section.text(key) else { return nil }
    guard let number = Double(text), number.isFinite, number >= 0 else {
      throw section.error("\(section.full(key)) must be a number", at: key)
    }
    return number
  }

  private static func table(
    _ section: inout YAMLSection, line: Int
  ) throws(YAMLSectionError) -> SeedTableRule {
    var rule = SeedTableRule(file: section.file, line: line)
    rule.rows = try rows(&section)
    if let columns = try section.section("columns") {
      for member in columns.members {
        var column = try YAMLSection(
          member.value, path: columns.full(member.key), file: columns.file)
        rule.columns[member.key] = try self.column(&column, line: member.line)
      }
    }
    try section.finish()
    return rule
  }

  /// `300`, or `12 per properties`.
  private static func rows(
    _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> SeedTableRule.Rows? {
    guard let text = try section.text("rows") else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace).map { String($0) }
    if words.count == 1, let count = Int(words[0]), count >= 0, count <= 1_000_000_000 {
      return .perTenant(count)
    }
    if words.count == 3, words[1] == "per", let count = Double(words[0]), count >= 0, count <= 1e6 {
      return .per(words[2], count)
    }
    throw section.error(
      "\(section.full("rows")) must be a number of rows for each tenant, or NUMBER per TABLE",
      at: "rows")
  }

  private static func column(
    _ section: inout YAMLSection, line: Int
  ) throws(YAMLSectionError) -> SeedColumnRule {
    var rule = SeedColumnRule(line: line)
    rule.kind = try section.text("kind")
    rule.values = try values(&section)
    rule.between = try section.texts("between")
    guard rule.between.isEmpty || rule.between.count == 2 else {
      throw section.error(
        "\(section.full("between")) must be the least and the greatest value", at: "between")
    }
    if let text = try section.text("distribution") {
      switch text {
      case "uniform": rule.distribution = .uniform
      case "normal": rule.distribution = .normal
      default:
        guard let exponent = zipf(text) else {
          throw section.error(
            "\(section.full("distribution")) must be uniform, normal, zipf or zipf(EXPONENT)",
            at: "distribution")
        }
        rule.distribution = .zipf(exponent: exponent)
      }
    }
    rule.nulls = try nulls(&section)
    for text in try section.texts("season") {
      guard let month = Int(text), (1...12).contains(month) else {
        throw section.error(
          "\(section.full("season")) must be a list of months from 1 to 12", at: "season")
      }
      rule.season.append(month)
    }
    rule.mask = try section.text("mask")
    try section.finish()
    return rule
  }

  /// `20%` or `0.2`.
  private static func nulls(
    _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> Double? {
    guard let text = try section.text("nulls") else { return nil }
    let isPercentage = text.hasSuffix("%")
    guard let number = Double(isPercentage ? String(text.dropLast()) : text),
      number >= 0, number <= (isPercentage ? 100 : 1)
    else {
      throw section.error("\(section.full("nulls")) must be a share, for example 20%", at: "nulls")
    }
    return isPercentage ? number : number * 100
  }

  /// A list of values, or values with their weights.
  private static func values(
    _ section: inout YAMLSection
  ) throws(YAMLSectionError) -> [SeedColumnRule.Weighted] {
    guard let node = section.node("values") else { return [] }
    let path = section.full("values")
    if let elements = node.elements {
      guard elements.allSatisfy({ $0.isNull || $0.text != nil }), !elements.isEmpty else {
        throw section.error("\(path) must be a list of values", at: "values")
      }
      return elements.map { .init(value: $0.isNull ? nil : $0.text, weight: 1) }
    }
    guard let members = node.members, !members.isEmpty else {
      throw section.error("\(path) must be a list of values, or values with weights", at: "values")
    }
    var values: [SeedColumnRule.Weighted] = []
    for member in members {
      guard let text = member.value.text, let weight = Double(text), weight >= 0, weight.isFinite
      else { throw section.error("\(path).\(member.key) must be a weight", line: member.line) }
      values.append(.init(value: member.key, weight: weight))
    }
    guard values.contains(where: { $0.weight > 0 }) else {
      throw section.error("\(path) has no value with a weight", at: "values")
    }
    return values
  }

  private static func file(
    _ section: inout YAMLSection, line: Int
  ) throws(YAMLSectionError) -> SeedFileRule {
    var rule = SeedFileRule(file: section.file, line: line)
    if let text = try section.text("on-conflict") {
      guard let conflict = SeedFileRule.Conflict(rawValue: text) else {
        throw section.error(
          "\(section.full("on-conflict")) must be update, skip or error", at: "on-conflict")
      }
      rule.conflict = conflict
    }
    rule.key = try section.texts("key")
    rule.isAdministrative = try section.flag("as-admin") ?? false
    rule.isLiteral = try section.flag("variables") == false
    try section.finish()
    return rule
  }
}
