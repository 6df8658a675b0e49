/// Records as `COPY … WITH (FORMAT csv)` writes and reads them (PostgreSQL manual, COPY, "CSV Format").
package enum CSVText {
  /// A record of `fields` with its line end; nil is NULL.
  package static func record(of fields: [String?]) -> [UInt8] {
    var record: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { record.append(UInt8(ascii: ",")) }
      guard let field else { continue }
      guard needsQuotes(field, isAlone: fields.count == 1) else {
        record += field.utf8
        continue
      }
      record.append(UInt8(ascii: "\""))
      for byte in field.utf8 {
        if byte == UInt8(ascii: "\"") { record.append(byte) }
        record.append(byte)
      }
      record.append(UInt8(ascii: "\""))
    }
    record.append(0x0A)
    return record
  }

  private static func needsQuotes(_ field: String, isAlone: Bool) -> Bool {
    // COPY takes a line of only \. for the end.
    field.isEmpty || (isAlone && field == "\\.")
      || field.utf8.contains {
        $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
      }
  }
}
