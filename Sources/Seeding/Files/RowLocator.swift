internal import Postgres

/// Finds rows in the file again, to tell where they stand.
struct RowLocator {
  /// A row of the file.
  struct Row {
    /// The line in which it begins.
    var line: Int
    /// Its values; nil is NULL.
    var values: [String?]
  }

  let source: RowSource

  /// The row of a number, counted from 1.
  func row(_ number: Int) -> Row? {
    find { count, _, _ in count == number }
  }

  /// The row that ends in a line of what was sent, as the server counts lines.
  func row(sentLine line: Int) -> Row? {
    find { _, sent, _ in sent >= line }
  }

  /// The first row that is longer than some bytes inside of JSON that is inside of JSON, as requests
  /// of the Data API have it.
  func row(longerThan limit: Int) -> Row? {
    find { _, _, record in
      record.bytes.count > limit / 8
        && record.bytes.reduce(0) { sum, byte in
          switch byte {
          case 34, 92: sum + 4
          case 0..<32, 127: sum + 7
          default: sum + 1
          }
        } > limit
    }
  }

  private func find(
    _ isWanted: (_ count: Int, _ sentLine: Int, _ record: RowRecord) -> Bool
  ) -> Row? {
    do {
      let stream = try ByteStream(path: source.path)
      let reader = source.reader { try stream.next() }
      var record = RowRecord()
      var sent = source.isVerbatim && source.seed.format == .tsv ? 0 : 1
      if source.seed.format != .jsonLines, try reader.read(&record), source.isVerbatim,
        source.seed.format == .csv
      {
        // Line feeds are not counted before COPY knows what ends its lines.
        sent += source.transport == .libpq ? record.returns : record.lineFeeds
      }
      var count = 0
      while try reader.read(&record) {
        count += 1
        sent += lines(of: record)
        guard isWanted(count, sent, record) else { continue }
        let values = record.fields.indices.map { index in
          record.value(index).map { String(decoding: $0.prefix(2_000), as: UTF8.self) }
        }
        return Row(line: record.line, values: values)
      }
    } catch {
      // The file cannot be read any more: then the error is told without its line.
    }
    return nil
  }

  /// The lines that a record takes in what was sent.
  private func lines(of record: RowRecord) -> Int {
    guard source.isVerbatim else {
      return record.fields.reduce(1) { sum, field in
        field.isNull ? sum : sum + record.bytes[field.range].count { $0 == 0x0A }
      }
    }
    guard source.seed.format == .csv else { return 1 }
    // The server counts what ends its lines; the Data API's rows are counted by line feeds.
    let endsInReturn = source.transport == .libpq && source.seed.endsInReturn
    return 1 + (endsInReturn ? record.returns : record.lineFeeds)
  }
}
