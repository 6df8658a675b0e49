/// Reads the records of a format.
protocol RowParser {
  /// Reads the record that begins at `start`.
  ///
  /// - Parameter isComplete: True when nothing follows `bytes`.
  /// - Returns: The place behind the record; nil when more is needed.
  /// - Throws: `RowProblem` for what is no record.
  mutating func parse(
    _ bytes: [UInt8], from start: Int, isComplete: Bool, into record: inout RowRecord
  ) throws(RowProblem) -> Int?
}

/// What is wrong with a record.
struct RowProblem: Error {
  var message: String
  /// The line, when it is not the one in which the record begins.
  var line: Int?
  /// The column that it is about.
  var field: String?
  /// The value that it is about.
  var value: String?
  var remedy: String?

  init(
    _ message: String, line: Int? = nil, field: String? = nil, value: [UInt8]? = nil,
    remedy: String? = nil
  ) {
    self.message = message
    self.line = line
    self.field = field
    // More than is ever shown.
    self.value = value.map { String(decoding: $0.prefix(2_000), as: UTF8.self) }
    self.remedy = remedy
  }
}

/// What stands in for `${tenant_id}` in values.
struct TenantSubstitution {
  /// The tenant's id; nil for a file that is loaded for no tenant.
  private let tenant: [UInt8]?
  /// The same inside a string of JSON.
  private let escaped: [UInt8]
  private let variable = Array(TenantReference.variable.utf8)

  init(_ tenant: String?) {
    self.tenant = tenant.map { Array($0.utf8) }
    var escaped: [UInt8] = []
    for byte in (tenant ?? "").utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): escaped += [UInt8(ascii: "\\"), byte]
      case ..<0x20: escaped += Array("\\u00".utf8) + [hex(byte >> 4), hex(byte & 15)]
      default: escaped.append(byte)
      }
    }
    self.escaped = escaped
    func hex(_ digit: UInt8) -> UInt8 { digit + UInt8(ascii: digit < 10 ? "0" : "W") }
  }

  /// Replaces the variable in the bytes from `start` to the end.
  ///
  /// - Throws: `RowProblem` when there is no tenant.
  func apply(
    to bytes: inout [UInt8], from start: Int, isJSON: Bool = false
  ) throws(RowProblem) {
    guard bytes[start...].contains(UInt8(ascii: "$")) else { return }
    let pieces = Array(bytes[start...]).pieces(around: variable)
    guard pieces.count > 1 else { return }
    guard let tenant else {
      throw RowProblem(
        "the file is loaded once, for no tenant, so that \(TenantReference.variable) has no value",
        value: Array(bytes[start...]))
    }
    bytes.replaceSubrange(
      start..., with: Array(pieces.joined(separator: isJSON ? escaped : tenant)))
  }
}
