internal import Postgres
internal import SQLSyntax

/// A `COPY table (columns) FROM STDIN` in CSV.
struct CopyStatement {
  /// The table as SQL writes it.
  let table: String
  /// The table as COPY's errors name it.
  let name: String
  /// The columns; empty for all.
  let columns: [String]
  let hasHeader: Bool
  let delimiter: UInt8
  let null: String

  /// - Throws: `PostgresError` for another statement, and for options that rows cannot be sent with.
  init(_ sql: String) throws {
    guard let node = try? SyntaxTree.statements(of: sql).first?.node, node.type == "CopyStmt",
      node.fields["is_from"] == .boolean(true), node.fields["filename"]?.text == nil,
      let relation = node.fields["relation"], let name = relation["relname"]?.text
    else { throw PostgresError(.invalidRequest, "not a COPY … FROM STDIN statement") }
    self.name = name
    table = try [relation["schemaname"]?.text, name].compactMap(\.self)
      .map { try SQLIdentifier.quoted($0) }.joined(separator: ".")
    columns = node.fields["attlist"]?.elements.compactMap { $0["String"]?["sval"]?.text } ?? []
    var options: [String: SyntaxNode?] = [:]
    for element in node.fields["options"]?.elements ?? [] {
      guard let option = element["DefElem"], let name = option["defname"]?.text else { continue }
      options[name] = option["arg"]
    }
    func text(_ name: String) -> String? { options[name]??["String"]?["sval"]?.text }
    guard text("format") == "csv" else {
      throw PostgresError(
        .invalidRequest, "over the Data API rows can be copied in the format csv alone")
    }
    let known: Set = ["format", "header", "delimiter", "null", "encoding"]
    if let other = options.keys.sorted().first(where: { !known.contains($0) }) {
      throw PostgresError(
        .invalidRequest, "over the Data API COPY has no option \(other.uppercased())")
    }
    // Without a value it is on; `false` and `0` turn it off.
    hasHeader =
      options["header"] != nil && !["false", "off", "0"].contains(text("header") ?? "true")
    delimiter = text("delimiter")?.utf8.first ?? UInt8(ascii: ",")
    null = text("null") ?? ""
  }
}
