internal import AWS
internal import Postgres

/// Turns PostgreSQL's text form of values into fields.
struct FieldReader {
  /// Numbers as the caller wants them.
  var options: ExecuteStatementRequest.ResultSetOptions?

  /// A cell of a type.
  ///
  /// - Throws: `ServiceFailure` for what the Data API cannot give.
  func field(_ text: String?, _ type: DataType) throws(ServiceFailure) -> Field {
    guard let text else { return .null }
    switch type.shape {
    case .boolean: return .boolean(text == "t")
    case .long:
      if options?.longReturnType == "STRING" { return .string(text) }
      return Int64(text).map { .long($0) } ?? .string(text)
    case .double: return .double(Self.double(text))
    case .decimal:
      guard options?.decimalReturnType == "DOUBLE_OR_LONG" else { return .string(text) }
      return Int64(text).map { .long($0) } ?? .double(Self.double(text))
    case .blob: return .blob(PostgresBytea.bytes(of: text) ?? [])
    case .string:
      // The service's own driver cannot express them.
      if type.jdbcType == 93 || type.jdbcType == 91, text.hasSuffix("infinity") {
        throw ServiceFailure(.internalFailure, nil)
      }
      return .string(text)
    case .instant:
      if text.hasSuffix("infinity") { throw ServiceFailure(.internalFailure, nil) }
      // Sessions are in UTC.
      return .string(text.hasSuffix("+00") ? String(text.dropLast(3)) : text)
    case .array(let element): return .array(try array(text, element, type))
    case .unsupported: throw Self.unsupported(type)
    }
  }

  static func unsupported(_ type: DataType) -> ServiceFailure {
    let name = type.name.hasPrefix("_") ? "\(type.name.dropFirst())[]" : type.name
    return ServiceFailure(
      .unsupportedResult,
      "The result contains the unsupported data type \(name.uppercased()).")
  }

  private func array(
    _ text: String, _ element: DataType.Shape, _ type: DataType
  ) throws(ServiceFailure) -> ArrayValue {
    // A bound before the braces, or braces in braces: more than a plain list.
    guard text.hasPrefix("{"), !text.hasPrefix("{{") else {
      throw ServiceFailure(
        .unsupportedResult, "The result contains the unsupported data type MULTIDIMENSIONAL ARRAY.")
    }
    let elements = PostgresArray.elements(of: text)
    switch element {
    case .boolean: return .booleans(elements.map { $0.map { $0 == "t" } })
    case .long: return .longs(elements.map { $0.flatMap { Int64($0) } })
    case .double: return .doubles(elements.map { $0.map(Self.double) })
    default: return .strings(elements)
    }
  }

  private static func double(_ text: String) -> Double {
    switch text {
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    case "NaN": .nan
    default: Double(text) ?? 0
    }
  }
}
