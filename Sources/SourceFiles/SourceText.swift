/// Turns the bytes of a file into text.
package enum SourceText {
  /// The bytes after a leading byte order mark, which some editors write.
  package static func body(of bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
  }

  /// The text without a leading byte order mark.
  ///
  /// - Throws: `SourceFileError` with the line of the first byte that does not fit.
  package static func decode(_ bytes: [UInt8], file: String) throws(SourceFileError) -> String {
    let body = body(of: bytes)
    if let text = String(validating: body, as: UTF8.self) { return text }
    let offset = bytes.count - body.count + firstInvalidOffset(in: body)
    let line = bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
    let byte = String(bytes[offset], radix: 16, uppercase: true)
    throw SourceFileError(
      code: .invalidUTF8,
      message: "the file is not UTF-8 text: byte 0x\(byte) at offset \(offset) does not fit",
      path: file, line: line, remedy: "save the file as UTF-8")
  }

  /// The offset of the first byte that does not belong to a whole character.
  private static func firstInvalidOffset(in bytes: ArraySlice<UInt8>) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &iterator) { offset += scalar.count }
    return min(offset, bytes.count - 1)
  }
}
