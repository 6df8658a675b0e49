internal import Postgres
internal import SQLSyntax

/// Writes the files of an export, each while its rows arrive.
struct ExportWriter {
  let tables: TenantTables
  let masks: MaskPlan
  let masker: Masker
  let folder: ExportFolder
  let connection: any Connection

  /// The rows of each table of a step, and the bytes of its file; no file is left without rows.
  func write(_ step: ExportStep) throws -> (rows: [Int], bytes: Int) {
    let sink = try ByteSink(path: folder.draftPath(step.name))
    var rows: [Int] = []
    switch step.content {
    case .rows(let table): rows = [try write(table, to: sink)]
    case .circle(let circle): rows = try write(circle, to: sink)
    case .references(let table, let key, let identity):
      rows = [try writeReferences(table, key, identity, to: sink)]
    case .sequences(let columns):
      try write(columns, to: sink)
      rows = [columns.count]
    }
    try sink.finish()
    if rows.allSatisfy({ $0 == 0 }) { folder.remove(step.name) }
    return (rows, sink.count)
  }

  // MARK: - Rows

  private func write(_ table: ExportedTable, to sink: ByteSink) throws -> Int {
    try sink.write(CSVText.record(of: table.columns.map(Optional.some)))
    let places = places(table)
    return try connection.copyOut(try table.query(tables)) { record in
      guard !places.isEmpty else { return try sink.write(record) }
      try sink.write(CSVText.record(of: masked(CSVRecord.fields(of: record), places)))
    }
  }

  /// The masked columns of a table, by their place in its rows.
  private func places(_ table: ExportedTable) -> [(index: Int, mask: Mask)] {
    let masks = masks.masks[table.relation.oid] ?? [:]
    return table.columns.enumerated().compactMap { index, column in
      guard let mask = masks[column], mask.kind != .keep else { return nil }
      return (index, mask)
    }
  }

  private func masked(
    _ fields: [String?], _ places: [(index: Int, mask: Mask)]
  ) -> [String?] {
    var fields = fields
    for (index, mask) in places where fields.indices.contains(index) {
      fields[index] = fields[index].flatMap { masker.masked($0, by: mask) }
    }
    return fields
  }

  /// Has the server judge the masked rows of a step.
  func check(_ step: ExportStep) throws {
    switch step.content {
    case .rows(let table): try check(table, in: step.name)
    case .circle(let circle):
      for table in circle where !places(table).isEmpty {
        let name = "rows-to-judge"
        defer { folder.remove(name) }
        let sink = try ByteSink(path: folder.draftPath(name))
        _ = try write(table, to: sink)
        try sink.finish()
        try check(table, in: name)
      }
    case .references, .sequences: return
    }
  }

  private func check(_ table: ExportedTable, in file: String) throws {
    guard !places(table).isEmpty else { return }
    let path = folder.draftPath(file)
    try MaskCheck(plan: masks, table: table, tables: tables, connection: connection).run { judge in
      let stream = try ByteStream(path: path)
      var isHeader = true
      var record: [UInt8] = []
      var isQuoted = false
      while let chunk = try stream.next() {
        for byte in chunk {
          record.append(byte)
          if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
          guard byte == 0x0A, !isQuoted else { continue }
          if !isHeader { try judge(record) }
          isHeader = false
          record.removeAll(keepingCapacity: true)
        }
      }
    }
  }

  // MARK: - Statements

  private static let beginning = "-- dbtool: as-admin\n"

  /// One statement for all rows: foreign keys are checked when it ends.
  private func write(_ circle: [ExportedTable], to sink: ByteSink) throws -> [Int] {
    try sink.write(Self.beginning)
    var counts: [Int] = []
    var hasBegun = false
    for (number, table) in circle.enumerated() {
      let places = places(table)
      let columns = try table.columns.map { try SQLIdentifier.quoted($0) }
      let name = try TenantTables.name(table.relation)
      var isFirst = true
      let count = try connection.copyOut(try table.query(tables)) { record in
        if isFirst {
          try sink.write(
            """
            \(hasBegun ? "), " : "\nWITH ")i\(number) AS (
            INSERT INTO \(name) (\(columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE
            VALUES

            """)
        }
        let values = try literals(masked(CSVRecord.fields(of: record), places), of: table)
        try sink.write((isFirst ? "" : ",\n") + "(\(values))")
        isFirst = false
        hasBegun = true
      }
      if count > 0 { try sink.write("\n") }
      counts.append(count)
    }
    if hasBegun { try sink.write(")\nSELECT 1;\n") }
    return counts
  }

  private func literals(_ fields: [String?], of table: ExportedTable) throws -> String {
    try zip(fields, table.columns).map { field, column in
      guard let field, field.contains("${") else { return try SQLLiteral.quoted(field) }
      // In one piece it would be taken for a variable of seed files.
      let pieces = try field.split(separator: "${", omittingEmptySubsequences: false)
        .enumerated().map { try SQLLiteral.quoted(($0 > 0 ? "{" : "") + String($1)) }
      let type = table.relation.column(column)?.type.sql ?? "text"
      return "CAST(\(pieces.joined(separator: " || '$' || ")) AS \(type))"
    }.joined(separator: ", ")
  }

  private func writeReferences(
    _ table: ExportedTable, _ key: Constraint, _ identity: [String], to sink: ByteSink
  ) throws -> Int {
    guard
      let column = key.columns.first(where: { table.relation.column($0)?.isNotNull == false })
    else { return 0 }
    var part = table
    part.columns = identity + [column]
    part.condition += " AND \(try TenantTables.list([column], of: "t")) IS NOT NULL"
    let places = places(part)
    let types = part.columns.map { table.relation.column($0)?.type.sql ?? "text" }
    let matches = try identity.enumerated().map { index, name in
      "t.\(try SQLIdentifier.quoted(name)) = CAST(v.c\(index) AS \(types[index]))"
    }
    let last = part.columns.count - 1
    let names = part.columns.indices.map { "c\($0)" }.joined(separator: ", ")
    let ending = """

      ) AS v (\(names))
      WHERE \(matches.joined(separator: " AND "));

      """
    try sink.write(Self.beginning)
    var count = 0
    _ = try connection.copyOut(try part.query(tables)) { record in
      let isFirst = count.isMultiple(of: 200)
      if isFirst {
        if count > 0 { try sink.write(ending) }
        try sink.write(
          """

          UPDATE \(try tables.source(table.relation)) AS t
          SET \(try SQLIdentifier.quoted(column)) = CAST(v.c\(last) AS \(types[last]))
          FROM (VALUES

          """)
      }
      let values = try literals(masked(CSVRecord.fields(of: record), places), of: part)
      try sink.write((isFirst ? "" : ",\n") + "(\(values))")
      count += 1
    }
    if count > 0 { try sink.write(ending) }
    return count
  }

  /// Sequences go on behind the numbers that were written, and never back.
  private func write(
    _ columns: [(relation: Relation, column: String)], to sink: ByteSink
  ) throws {
    try sink.write(Self.beginning)
    for (relation, column) in columns {
      let name = try TenantTables.name(relation)
      try sink.write(
        """

        SELECT pg_catalog.setval(s.name, GREATEST(pg_catalog.nextval(s.name), m.top))
        FROM (SELECT CAST(pg_catalog.pg_get_serial_sequence(
            \(try SQLLiteral.quoted(name)), \(try SQLLiteral.quoted(column))) AS regclass) AS name) AS s,
          (SELECT pg_catalog.max(t.\(try SQLIdentifier.quoted(column))) AS top FROM \(name) AS t) AS m
        WHERE s.name IS NOT NULL AND m.top IS NOT NULL;

        """)
    }
  }
}
