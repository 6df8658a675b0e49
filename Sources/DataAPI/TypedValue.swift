internal import AWS
internal import Postgres

/// A parameter's value as a field, for a type that the statement casts it to.
///
/// RDS Data Service API Reference, "SqlParameter": the forms that each hint takes. A value in another
/// form goes as text, which the cast turns into the type as it does in psql.
struct TypedValue: Equatable {
  let field: Field
  let hint: SQLParameter.TypeHint?

  init(_ value: Parameter, type: String) {
    guard case .text(let text) = value else {
      field = .null
      hint = nil
      return
    }
    (field, hint) = Self.field(text, Self.plainName(type))
  }

  /// `pg_catalog."uuid"` is `uuid`; a modifier makes no difference here.
  private static func plainName(_ type: String) -> String {
    var name = type.lowercased()
    if name.hasPrefix("pg_catalog.") { name.removeFirst("pg_catalog.".count) }
    if let open = name.firstIndex(of: "("), let close = name.firstIndex(of: ")") {
      name.removeSubrange(open...close)
    }
    return name
  }

  private static func field(
    _ text: String, _ type: String
  ) -> (Field, SQLParameter.TypeHint?) {
    switch type {
    case "int2", "smallint", "int4", "int", "integer", "int8", "bigint":
      if let number = Int64(text), String(number) == text { return (.long(number), nil) }
    case "bool", "boolean":
      if ["true", "t"].contains(text) { return (.boolean(true), nil) }
      if ["false", "f"].contains(text) { return (.boolean(false), nil) }
    case "float8", "double precision":
      if let number = Double(text), number.isFinite, "\(number)" == text {
        return (.double(number), nil)
      }
    case "bytea":
      if let bytes = PostgresBytea.bytes(of: text) { return (.blob(bytes), nil) }
    case "uuid":
      if text.wholeMatch(of: /[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}/) != nil {
        return (.string(text), .uuid)
      }
    case "json", "jsonb": return (.string(text), .json)
    case "numeric", "decimal":
      if text.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?/) != nil { return (.string(text), .decimal) }
    case "date":
      if text.wholeMatch(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/) != nil { return (.string(text), .date) }
    case "time", "time without time zone":
      if text.wholeMatch(of: /[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?/) != nil {
        return (.string(text), .time)
      }
    case "timestamp", "timestamp without time zone":
      // Beyond milliseconds the hint's form would lose digits.
      if text.wholeMatch(
        of: /[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?/) != nil
      {
        return (.string(text), .timestamp)
      }
    default: break
    }
    return (.string(text), nil)
  }
}
