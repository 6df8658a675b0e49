/// Makes up values of the rarer types.
enum SpecialWriter {
  /// Writes a value; `number` makes it differ from all others.
  static func write(
    _ kind: SpecialKind, _ random: UInt64, number: Int?, into bytes: inout [UInt8]
  ) {
    let value = number.map { UInt64($0) } ?? random >> 40
    switch kind {
    case .inet: address(value, into: &bytes)
    case .cidr:
      bytes.append(contentsOf: "2001:db8:".utf8)
      bytes.append(hex: value >> 16, digits: 4)
      bytes.append(UInt8(ascii: ":"))
      bytes.append(hex: value, digits: 4)
      bytes.append(contentsOf: "::/64".utf8)
    case .macaddr: octets(value, count: 6, into: &bytes)
    case .macaddr8: octets(value, count: 8, into: &bytes)
    case .bytea:
      bytes.append(contentsOf: #"\x"#.utf8)
      bytes.append(hex: number == nil ? random : Draw.mix(value), digits: 16)
    case .json:
      bytes.append(contentsOf: #"{"note": ""#.utf8)
      TextWriter.write(.title, random, number: number, into: &bytes)
      bytes.append(contentsOf: #"", "count": "#.utf8)
      bytes.append(number: Draw.below(100, Draw.mix(random)))
      bytes.append(UInt8(ascii: "}"))
    case .tsvector:
      bytes.append(UInt8(ascii: "'"))
      TextWriter.write(.word, random, number: number, into: &bytes)
      bytes.append(UInt8(ascii: "'"))
    case .point:
      bytes.append(UInt8(ascii: "("))
      NumberFormat.decimal(scale: 4).write(
        number ?? Draw.below(3_600_000, random) - 1_800_000, into: &bytes)
      bytes.append(UInt8(ascii: ","))
      NumberFormat.decimal(scale: 4).write(
        Draw.below(1_800_000, Draw.mix(random)) - 900_000, into: &bytes)
      bytes.append(UInt8(ascii: ")"))
    case .bits(let length):
      for index in 0..<length {
        let bit = (number == nil ? random : value) >> UInt64((length - 1 - index) % 64) & 1
        bytes.append(UInt8(ascii: "0") + UInt8(bit))
      }
    case .xml:
      bytes.append(contentsOf: "<note>".utf8)
      TextWriter.write(.title, random, number: number, into: &bytes)
      bytes.append(contentsOf: "</note>".utf8)
    }
  }

  private static func address(_ value: UInt64, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: "2001:db8::".utf8)
    bytes.append(hex: value >> 16, digits: 4)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(hex: value, digits: 4)
  }

  private static func octets(_ value: UInt64, count: Int, into bytes: inout [UInt8]) {
    // The second bit of the first byte says that nobody sold it (IEEE 802).
    bytes.append(contentsOf: "02".utf8)
    for index in 1..<count {
      bytes.append(UInt8(ascii: ":"))
      bytes.append(hex: value >> UInt64((count - 1 - index) * 8), digits: 2)
    }
  }
}
