#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A value of the RDS Data API: a cell of a result, or a parameter's value.
///
/// RDS Data Service API Reference, "Field": an object with exactly one member.
package enum Field: Sendable, Equatable {
  /// SQL NULL.
  case null
  /// `booleanValue`.
  case boolean(Bool)
  /// `longValue`.
  case long(Int64)
  /// `doubleValue`.
  case double(Double)
  /// `stringValue`.
  case string(String)
  /// `blobValue`, base64 on the wire.
  case blob([UInt8])
  /// `arrayValue`.
  case array(ArrayValue)
}

/// The elements of an array; NULL ones are nil.
package indirect enum ArrayValue: Sendable, Equatable {
  /// `booleanValues`.
  case booleans([Bool?])
  /// `longValues`.
  case longs([Int64?])
  /// `doubleValues`.
  case doubles([Double?])
  /// `stringValues`.
  case strings([String?])
  /// `arrayValues`.
  case arrays([ArrayValue])
}

extension Field: Codable {
  private enum Member: String, CodingKey, CaseIterable {
    case isNull, booleanValue, longValue, doubleValue, stringValue, blobValue, arrayValue
  }

  /// Reads the object; a `null` member counts as absent.
  ///
  /// - Throws: `DecodingError` unless exactly one member is there.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Member.self)
    let members = try values.allKeys.filter { try !values.decodeNil(forKey: $0) }
    guard members.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a Field has exactly one member"))
    }
    switch members[0] {
    case .isNull:
      guard try values.decode(Bool.self, forKey: .isNull) else {
        throw DecodingError.dataCorruptedError(
          forKey: .isNull, in: values, debugDescription: "isNull is true or absent")
      }
      self = .null
    case .booleanValue: self = .boolean(try values.decode(Bool.self, forKey: .booleanValue))
    case .longValue: self = .long(try values.decode(Int64.self, forKey: .longValue))
    case .doubleValue: self = .double(try values.decode(Double.self, forKey: .doubleValue))
    case .stringValue: self = .string(try values.decode(String.self, forKey: .stringValue))
    case .blobValue: self = .blob(Array(try values.decode(Data.self, forKey: .blobValue)))
    case .arrayValue: self = .array(try values.decode(ArrayValue.self, forKey: .arrayValue))
    }
  }

  /// Writes the object with its one member.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Member.self)
    switch self {
    case .null: try values.encode(true, forKey: .isNull)
    case .boolean(let value): try values.encode(value, forKey: .booleanValue)
    case .long(let value): try values.encode(value, forKey: .longValue)
    case .double(let value): try values.encode(value, forKey: .doubleValue)
    case .string(let value): try values.encode(value, forKey: .stringValue)
    case .blob(let value): try values.encode(Data(value), forKey: .blobValue)
    case .array(let value): try values.encode(value, forKey: .arrayValue)
    }
  }
}

extension ArrayValue: Codable {
  private enum Member: String, CodingKey {
    case booleanValues, longValues, doubleValues, stringValues, arrayValues
  }

  /// Reads the object.
  ///
  /// - Throws: `DecodingError` unless exactly one member is there.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Member.self)
    let members = try values.allKeys.filter { try !values.decodeNil(forKey: $0) }
    guard members.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "an ArrayValue has exactly one member"))
    }
    switch members[0] {
    case .booleanValues: self = .booleans(try values.decode([Bool?].self, forKey: .booleanValues))
    case .longValues: self = .longs(try values.decode([Int64?].self, forKey: .longValues))
    case .doubleValues: self = .doubles(try values.decode([Double?].self, forKey: .doubleValues))
    case .stringValues: self = .strings(try values.decode([String?].self, forKey: .stringValues))
    case .arrayValues: self = .arrays(try values.decode([ArrayValue].self, forKey: .arrayValues))
    }
  }

  /// Writes the object with its one member.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Member.self)
    switch self {
    case .booleans(let elements): try values.encode(elements, forKey: .booleanValues)
    case .longs(let elements): try values.encode(elements, forKey: .longValues)
    case .doubles(let elements): try values.encode(elements, forKey: .doubleValues)
    case .strings(let elements): try values.encode(elements, forKey: .stringValues)
    case .arrays(let elements): try values.encode(elements, forKey: .arrayValues)
    }
  }
}
