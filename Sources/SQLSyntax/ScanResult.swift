/// What libpg_query's scanner gives: `message ScanResult` of its pg_query.proto.
enum ScanResult {
  /// The places of its tokens, as far as the message is one.
  static func tokens(in message: UnsafeRawBufferPointer) -> [Range<Int>] {
    var tokens: [Range<Int>] = []
    // repeated ScanToken tokens = 2;
    var reader = ProtobufReader(bytes: message[...])
    while let field = reader.next() {
      guard field.number == 2, let body = field.message else { continue }
      var (start, end) = (0, 0)
      var fields = ProtobufReader(bytes: body)
      while let part = fields.next() {
        if part.number == 1 { start = part.integer ?? 0 }
        if part.number == 2 { end = part.integer ?? 0 }
      }
      if start <= end { tokens.append(start..<end) }
    }
    return tokens
  }
}

/// Reads the fields of a Protocol Buffers message, as far as libpg_query's scanner uses them.
private struct ProtobufReader {
  struct Field {
    var number: Int
    var integer: Int?
    var message: Slice<UnsafeRawBufferPointer>?
  }

  var bytes: Slice<UnsafeRawBufferPointer>

  /// The next field; nil at the end, and before anything of an unknown form.
  mutating func next() -> Field? {
    guard let key = integer() else { return nil }
    switch key & 7 {
    case 0:
      return integer().map { Field(number: key >> 3, integer: $0) }
    case 2:
      guard let length = integer(), length >= 0, length <= bytes.count else { return nil }
      let message = bytes.prefix(length)
      bytes = bytes.dropFirst(length)
      return Field(number: key >> 3, message: message)
    default:
      return nil
    }
  }

  private mutating func integer() -> Int? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = bytes.popFirst() {
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return Int(truncatingIfNeeded: value) }
      shift += 7
      guard shift < 64 else { return nil }
    }
    return nil
  }
}
