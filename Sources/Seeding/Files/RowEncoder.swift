/// Writes records as the CSV that COPY reads.
enum RowEncoder {
  /// Adds a record as a line.
  ///
  /// - Parameter last: A value behind the record's own.
  static func append(_ record: RowRecord, _ last: Int? = nil, to bytes: inout [UInt8]) {
    for (index, field) in record.fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard !field.isNull else { continue }
      append(record.bytes[field.range], to: &bytes)
    }
    if let last {
      if !record.fields.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes += String(last).utf8
    }
    bytes.append(0x0A)
  }

  private static func append(_ value: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    // Nothing would be NULL, and a line of \. the end.
    let needsQuotes =
      value.isEmpty || value.first == UInt8(ascii: "\\")
      || value.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else {
      bytes += value
      return
    }
    bytes.append(quote)
    for byte in value {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}
