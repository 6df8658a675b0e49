internal import AWS
internal import Postgres
internal import SQLSyntax

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Runs one statement of a caller in a session, and forms the answer.
struct StatementRun {
  /// 1 MiB (Amazon Aurora User Guide, "Data API limitations").
  private static let longestAnswer = 1 << 20
  /// 64 KB a row (the same).
  private static let longestRow = 64 << 10
  /// 10 MB of text in `formattedRecords` (the service model).
  private static let longestFormatted = 10 << 20

  let session: BackendSession
  let request: ExecuteStatementRequest
  let statement: BoundStatement

  /// - Throws: `ServiceFailure`.
  func response() throws -> ExecuteStatementResponse {
    let result = try result()
    var response = ExecuteStatementResponse()
    // What returns rows changes none as the API counts, except by RETURNING.
    response.numberOfRecordsUpdated =
      ["INSERT", "UPDATE", "DELETE", "MERGE"].contains { result.commandTag.hasPrefix($0) }
      ? result.rowCount : 0
    guard !result.columns.isEmpty || result.commandTag.hasPrefix("SELECT") else {
      response.generatedFields = []
      return response
    }
    let types = try session.types(of: result.columns)
    if let unsupported = types.first(where: { $0.shape == .unsupported }) {
      throw FieldReader.unsupported(unsupported)
    }
    let reader = FieldReader(options: request.resultSetOptions)
    if request.formatRecordsAs == "JSON" {
      response.formattedRecords = try formatted(result, types, reader)
      return response
    }
    response.records = try records(result, types, reader)
    if request.includeResultMetadata == true {
      response.columnMetadata = try metadata(result, types)
    }
    return response
  }

  private func result() throws -> QueryResult {
    session.note(statement)
    do {
      return try session.connection().execute(
        statement.sql, statement.values, types: statement.types)
    } catch let error as PostgresError {
      throw ServiceFailure(error, position: statement.placeholders.edited.originalPosition)
    }
  }

  private func records(
    _ result: QueryResult, _ types: [DataType], _ reader: FieldReader
  ) throws(ServiceFailure) -> [[Field]] {
    guard result.byteCount <= Self.longestAnswer else { throw Self.tooLong }
    guard !types.isEmpty else { return Array(repeating: [], count: result.rowCount) }
    var records: [[Field]] = []
    records.reserveCapacity(result.rows.count)
    for row in result.rows {
      var bytes = 0
      var fields: [Field] = []
      fields.reserveCapacity(types.count)
      for (index, type) in types.enumerated() {
        bytes += row[index]?.utf8.count ?? 0
        fields.append(try reader.field(row[index], type))
      }
      guard bytes <= Self.longestRow else {
        throw ServiceFailure(
          .databaseError,
          "Packet for query is too large (\(bytes) > \(Self.longestRow)); SQLState: 54000")
      }
      records.append(fields)
    }
    return records
  }

  static let tooLong = ServiceFailure(
    .unsupportedResult, "Database returned more than the allowed response size limit")

  private func metadata(
    _ result: QueryResult, _ types: [DataType]
  ) throws -> [ColumnMetadata] {
    let tables = try session.tables(of: result.columns)
    return zip(result.columns, types).map { column, type in
      let place = tables[column.tableOID]?[column.tableColumn]
      var data = ColumnMetadata()
      data.name = column.name
      data.label = column.name
      data.type = type.jdbcType
      data.typeName = type.name
      data.schemaName = place?.schema ?? ""
      data.tableName = place?.table ?? ""
      data.nullable = place.map { $0.isNotNull ? 0 : 1 } ?? 2
      (data.precision, data.scale) = Self.size(column, type)
      data.isAutoIncrement = false
      data.isSigned = [.long, .double, .decimal].contains(type.shape)
      data.isCurrency = false
      data.isCaseSensitive = type.jdbcType == 12 || type.jdbcType == 1
      data.arrayBaseColumnType = type.elementType
      return data
    }
  }

  /// Precision and scale as JDBC's driver for PostgreSQL gives them.
  private static func size(_ column: QueryResult.Column, _ type: DataType) -> (Int, Int) {
    let modifier = Int(column.typeModifier) - 4
    switch type.name {
    case "int2": return (5, 0)
    case "int4": return (10, 0)
    case "int8": return (19, 0)
    case "float4": return (8, 8)
    case "float8": return (17, 17)
    case "bool": return (1, 0)
    case "numeric": return modifier < 0 ? (0, 0) : (modifier >> 16, modifier & 0x7FF)
    case "varchar", "bpchar": return (modifier < 0 ? Int(Int32.max) : modifier, 0)
    case "date": return (13, 0)
    case "time": return (15, 6)
    case "timestamp": return (29, 6)
    case "timestamptz": return (35, 6)
    default: return (Int(Int32.max), 0)
    }
  }

  private func formatted(
    _ result: QueryResult, _ types: [DataType], _ reader: FieldReader
  ) throws -> String {
    var rows: [[String: JSONCell]] = []
    for row in result.rows {
      var object: [String: JSONCell] = [:]
      for (index, column) in result.columns.enumerated() {
        guard object[column.name] == nil else {
          throw ServiceFailure(
            .badRequest,
            "The result has more than one column named \(column.name); give each its own alias")
        }
        object[column.name] = JSONCell(field: try reader.field(row[index], types[index]))
      }
      rows.append(object)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    let text = String(decoding: try encoder.encode(rows), as: UTF8.self)
    guard text.utf8.count <= Self.longestFormatted else { throw Self.tooLong }
    return text
  }
}

/// A value in `formattedRecords`, which is plain JSON.
private struct JSONCell: Encodable {
  var field: Field

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch field {
    case .null: try value.encodeNil()
    case .boolean(let field): try value.encode(field)
    case .long(let field): try value.encode(field)
    case .double(let field):
      field.isFinite ? try value.encode(field) : try value.encode("\(field)")
    case .string(let field): try value.encode(field)
    case .blob(let bytes): try value.encode(Data(bytes))
    case .array(.booleans(let elements)): try value.encode(elements)
    case .array(.longs(let elements)): try value.encode(elements)
    case .array(.doubles(let elements)): try value.encode(elements)
    case .array(.strings(let elements)): try value.encode(elements)
    case .array(.arrays): try value.encodeNil()
    }
  }
}
