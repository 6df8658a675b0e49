/// How the Data API gives values of a PostgreSQL type.
///
/// Amazon Aurora User Guide, "Data API operations": the types that results may have.
struct DataType: Sendable, Equatable {
  /// What a value becomes.
  enum Shape: Sendable, Equatable {
    case boolean, long, double, decimal, blob, string
    /// `timestamptz`, which is given in UTC and without its offset.
    case instant
    /// One dimension of another shape.
    indirect case array(Shape)
    case unsupported
  }

  /// PostgreSQL's own name.
  var name: String
  /// The number in `java.sql.Types`.
  var jdbcType: Int
  var shape: Shape
  /// `java.sql.Types` of the elements; 0 for no array.
  var elementType = 0

  /// A type from the catalog: its OID, its name, and its `typtype`.
  init(oid: UInt32, name: String, kind: String) {
    self.name = name
    if let known = Self.known[oid] {
      (self.name, jdbcType, shape) = known
      return
    }
    if let element = Self.elements[oid], let known = Self.known[element] {
      jdbcType = 2003
      elementType = known.1
      shape = .array(known.2)
      return
    }
    if kind == "e" || name == "vector" {
      jdbcType = kind == "e" ? 12 : 1111
      shape = .string
      return
    }
    jdbcType = 1111
    shape = .unsupported
  }

  /// True for the types that are known by their OIDs alone.
  static func isKnown(_ oid: UInt32) -> Bool { known[oid] != nil }

  private static let known: [UInt32: (String, Int, Shape)] = [
    16: ("bool", -7, .boolean),
    17: ("bytea", -2, .blob),
    19: ("name", 12, .string),
    20: ("int8", -5, .long),
    21: ("int2", 5, .long),
    23: ("int4", 4, .long),
    25: ("text", 12, .string),
    114: ("json", 1111, .string),
    650: ("cidr", 1111, .string),
    700: ("float4", 7, .double),
    701: ("float8", 8, .double),
    869: ("inet", 1111, .string),
    1042: ("bpchar", 1, .string),
    1043: ("varchar", 12, .string),
    1082: ("date", 91, .string),
    1083: ("time", 92, .string),
    1114: ("timestamp", 93, .string),
    1184: ("timestamptz", 93, .instant),
    1560: ("bit", -7, .string),
    1700: ("numeric", 2, .decimal),
    // What a function without a result gives.
    2278: ("void", 1111, .string),
    2950: ("uuid", 1111, .string),
    3802: ("jsonb", 1111, .string),
  ]

  /// The types of arrays that are given, and their elements'.
  private static let elements: [UInt32: UInt32] = [
    1000: 16, 1561: 1560, 1182: 1082, 1231: 1700, 1022: 701, 1005: 21, 1007: 23, 1016: 20,
    199: 114, 1021: 700, 1009: 25, 1014: 1042, 1015: 1043, 1003: 19, 1183: 1083, 1115: 1114,
    2951: 2950,
  ]
}
