/// PostgreSQL's text form of rows.
///
/// PostgreSQL manual, section 8.16.6 "Composite Type Input and Output Syntax".
enum CompositeText {
  /// The fields of `text`, for example of `(1,"a, b",,"")`; nil is NULL.
  static func fields(of text: String) -> [String?] {
    var fields: [String?] = []
    var field: [UInt8] = []
    var isQuoted = false
    var isValue = false
    let bytes = Array(text.utf8.dropFirst().dropLast())
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if isQuoted, byte == 34 || byte == 92, next == byte {
        // Doubled inside quotes.
        field.append(byte)
        index += 1
      } else if byte == 34 {
        isQuoted.toggle()
        isValue = true
      } else if byte == 44, !isQuoted {
        fields.append(isValue ? String(decoding: field, as: UTF8.self) : nil)
        field = []
        isValue = false
      } else {
        field.append(byte)
        isValue = true
      }
      index += 1
    }
    fields.append(isValue ? String(decoding: field, as: UTF8.self) : nil)
    return fields
  }
}
