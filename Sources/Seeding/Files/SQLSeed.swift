package import SQLSyntax
internal import SourceFiles

/// A seed file of SQL statements.
package struct SQLSeed: Sendable, Equatable {
  /// On whose behalf it runs.
  package var scope: SeedFile.Scope
  /// Its text without a byte order mark.
  package var text: String
  /// Its statements, as they are written.
  package var statements: [Statement]
  /// The places of the tenant's id in each statement.
  package var references: [[TenantReference]]

  /// Reads a file from its bytes.
  ///
  /// - Parameter isAdministrative: True for a file that runs as the administrator although it does
  ///   not say so.
  /// - Throws: `SeedError` for bytes that are not UTF-8, a syntax error, an unknown directive, no
  ///   statement at all, and statements that a seed may not hold.
  package init(path: String, bytes: [UInt8], isAdministrative: Bool = false) throws(SeedError) {
    let text = try SeedError.wrap { () throws(SourceFileError) in
      try SourceText.decode(bytes, file: path)
    }
    self.text = text
    let variables = try Self.variables(of: text, path: path)
    let source = Self.withStandIns(variables, in: text)
    let parsed: [Statement]
    do {
      parsed = try StatementSplitter.split(source)
    } catch {
      throw SeedError(
        .syntax, error.message, file: path,
        location: error.utf8Offset.map { SourceLocation(utf8Offset: $0, in: text) })
    }
    guard let first = parsed.first else {
      throw SeedError(.emptyFile, "the file holds no statement", file: path, remedy: "Remove it.")
    }
    let comments = text.utf8.prefix(first.utf8Offset)
    let stated = try Self.scope(comments: String(Substring(comments)), path: path)
    scope = isAdministrative ? .administrator : stated
    for statement in parsed {
      guard let (reason, remedy) = Self.refusal(of: statement, scope: scope) else { continue }
      throw SeedError(
        .forbiddenStatement, reason, file: path, location: statement.location,
        statement: statement.text, remedy: remedy)
    }
    if scope == .administrator, let variable = variables.first {
      throw SeedError(
        .misplacedVariable,
        "the file runs once, as administrator, so that \(TenantReference.variable) has no value",
        file: path, location: SourceLocation(utf8Offset: variable.range.lowerBound, in: text))
    }
    statements = parsed
    references = parsed.map { _ in [] }
    guard !variables.isEmpty else { return }
    let whole = Array(text.utf8)
    for index in parsed.indices {
      let start = parsed[index].utf8Offset
      let range = start..<(start + parsed[index].text.utf8.count)
      statements[index].text = String(decoding: whole[range], as: UTF8.self)
      references[index] = Self.references(variables, in: range)
    }
  }

  /// The statement at `index` with the tenant's id in its place.
  ///
  /// - Throws: `SyntaxError` for an id that no constant can hold.
  func statement(at index: Int, for tenant: String?) throws(SyntaxError) -> EditedText {
    let text = statements[index].text
    guard let tenant, !references[index].isEmpty else { return EditedText(text, replacing: []) }
    let bytes = Array(text.utf8)
    var pieces: [(range: Range<Int>, text: String)] = []
    for reference in references[index] {
      let new = try reference.replacement(for: tenant, in: bytes[reference.range])
      pieces.append((reference.range, new))
    }
    return EditedText(text, replacing: pieces)
  }

  /// The place that an error about `statement` is about: the server's position or else its
  /// beginning.
  func location(of statement: Statement, position: Int?) -> SourceLocation {
    statement.location(ofPosition: position)
  }

  // MARK: - The tenant's id

  /// The places of the tenant's id.
  ///
  /// Other variables are left alone where they are a part of something; elsewhere they are no SQL.
  private static func variables(of text: String, path: String) throws(SeedError) -> [SQLVariable] {
    // What cannot be cut into tokens cannot be split either, and there the error has its place.
    let all = ((try? SQLVariable.all(in: text)) ?? []).filter { $0.place != .comment }
    for variable in all {
      let isOurs = variable.name == TenantReference.name
      let problem: String
      var remedy = "Read the tenant there as the policies do: current_setting('…')."
      switch variable.place {
      case .bare where !isOurs, .glued where !isOurs:
        problem = "there is no variable ${\(variable.name)}"
        remedy = "The variable of a seed file is \(TenantReference.variable)."
      case .glued:
        problem = "\(TenantReference.variable) touches what stands beside it"
        remedy = "Set it off by spaces, or write all of it inside one pair of quotes."
      case .body where isOurs:
        problem = "\(TenantReference.variable) inside a dollar-quoted body is not replaced"
      case .identifier where isOurs:
        problem = "\(TenantReference.variable) inside a quoted identifier is not replaced"
        remedy = "A tenant's id is a value; names of tables and columns are the same for all."
      case .specialConstant where isOurs:
        problem = "\(TenantReference.variable) inside a constant of this kind is not replaced"
        remedy = "Write it inside '…' or E'…' on one line."
      default: continue
      }
      throw SeedError(
        .misplacedVariable, problem, file: path,
        location: SourceLocation(utf8Offset: variable.range.lowerBound, in: text), remedy: remedy)
    }
    return all.filter { $0.name == TenantReference.name }
  }

  /// The text with a constant where the tenant's id will be, everything else at its place.
  private static func withStandIns(_ variables: [SQLVariable], in text: String) -> String {
    guard !variables.isEmpty else { return text }
    var bytes = Array(text.utf8)
    for variable in variables where variable.place == .bare {
      bytes.replaceSubrange(variable.range, with: TenantReference.standIn.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func references(
    _ variables: [SQLVariable], in statement: Range<Int>
  ) -> [TenantReference] {
    var references: [TenantReference] = []
    for variable in variables where statement.contains(variable.range.lowerBound) {
      var reference = TenantReference(range: variable.range, form: .constant)
      if case .constant(let range, let isEscape) = variable.place {
        reference = TenantReference(range: range, form: .part(isEscape: isEscape))
      }
      let start = reference.range.lowerBound - statement.lowerBound
      reference.range = start..<(start + reference.range.count)
      // A constant may hold several.
      if references.last?.range != reference.range { references.append(reference) }
    }
    return references
  }

  // MARK: - Directives

  private static func scope(comments: String, path: String) throws(SeedError) -> SeedFile.Scope {
    var scope = SeedFile.Scope.tenant
    let lines = comments.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let directive = directive(in: line) else { continue }
      guard directive == "as-admin" else {
        throw SeedError(
          .unknownDirective, "unknown directive \(directive.debugDescription)", file: path,
          location: SourceLocation(line: index + 1, column: 1),
          remedy: "The directive of a seed file is `-- dbtool: as-admin`.")
      }
      scope = .administrator
    }
    return scope
  }

  /// What follows `-- dbtool:` on a line.
  private static func directive(in line: Substring) -> String? {
    var rest = line.drop(while: \.isWhitespace)
    guard rest.hasPrefix("--") else { return nil }
    rest = rest.dropFirst(2).drop(while: \.isWhitespace)
    guard rest.hasPrefix("dbtool:") else { return nil }
    return rest.dropFirst("dbtool:".count).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
  }

  private static func refusal(
    of statement: Statement, scope: SeedFile.Scope
  ) -> (reason: String, remedy: String)? {
    let transaction = "Each seed file runs in a transaction of its own; leave this out."
    switch statement.kind {
    case .begin, .commit, .rollback:
      return ("a seed file may not begin or end a transaction", transaction)
    case .copy:
      return ("a seed file may not hold COPY", "Put the rows into a .csv file.")
    case .other, .ddl:
      let traits = StatementTraits(parsing: statement.text)
      if traits.refusesTransactionBlock {
        return ("this statement cannot run inside a transaction", transaction)
      }
      // A guard against mistakes. Whoever can write seeds can also write one that runs as admin.
      guard traits.changesRole, scope == .tenant else { return nil }
      return (
        "a tenant's seed may not change the role that it runs as",
        "For administrative work begin the file with `-- dbtool: as-admin`."
      )
    case .select, .insert, .update, .delete, .merge:
      return nil
    }
  }
}
