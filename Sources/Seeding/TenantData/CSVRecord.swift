/// A record of CSV as PostgreSQL writes it: NULL is an empty field without quotes.
enum CSVRecord {
  /// The fields of one whole record, with or without its line end.
  static func fields(of record: [UInt8]) -> [String?] {
    var fields: [String?] = []
    var field: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false
    var end = record.count
    while end > 0, record[end - 1] == 0x0A || record[end - 1] == 0x0D { end -= 1 }
    func finished() -> String? {
      field.isEmpty && !wasQuoted ? nil : String(decoding: field, as: UTF8.self)
    }
    var index = 0
    while index < end {
      let byte = record[index]
      index += 1
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index < end, record[index] == byte {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\"") {
        isQuoted = true
        wasQuoted = true
      } else if byte == UInt8(ascii: ",") {
        fields.append(finished())
        field = []
        wasQuoted = false
      } else {
        field.append(byte)
      }
    }
    fields.append(finished())
    return fields
  }
}
