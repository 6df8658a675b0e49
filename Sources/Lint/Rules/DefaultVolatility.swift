internal import SQLSyntax

/// Tells whether a default gives all rows of a statement the same value.
///
/// The names are those of built-in functions that are not volatile and that somebody may think of
/// in a default. Any other function counts as volatile unless a migration says otherwise: that is
/// also what CREATE FUNCTION takes it for.
enum DefaultVolatility {
  private static let steady: Set<String> = [
    "abs", "age", "array_append", "array_cat", "array_fill", "btrim", "cardinality", "ceil", "chr",
    "coalesce", "concat", "concat_ws", "convert_from", "convert_to", "current_database",
    "current_schema", "current_schemas", "current_setting", "current_user", "date", "date_bin",
    "date_part", "date_trunc", "daterange", "decode", "div", "encode", "extract", "floor", "format",
    "inet_client_addr", "initcap", "int4range", "int8range", "isfinite", "json_build_array",
    "json_build_object", "json_object", "jsonb_build_array", "jsonb_build_object", "jsonb_object",
    "jsonb_set", "justify_days", "left", "length", "localtimestamp", "lower", "lpad", "ltrim",
    "make_date", "make_interval", "make_time", "make_timestamp", "make_timestamptz", "md5", "mod",
    "now", "nullif", "numrange", "overlay", "pg_backend_pid", "position", "power", "quote_ident",
    "quote_literal", "range_merge", "regexp_replace", "repeat", "replace", "reverse", "right",
    "round", "rpad", "rtrim", "session_user", "sha256", "sha512", "sign", "split_part", "sqrt",
    "statement_timestamp", "strpos", "substr", "substring", "timezone", "to_char", "to_date",
    "to_json", "to_jsonb", "to_number", "to_timestamp", "to_tsquery", "to_tsvector",
    "transaction_timestamp", "translate", "trunc", "tsrange", "tstzrange", "txid_current",
    "upper", "user", "version",
  ]

  /// The first function in `value` that may give each row another value, as `name()`.
  static func volatilePart(of value: SyntaxNode, _ model: SchemaModel) -> String? {
    var found: String?
    value.walk { node in
      guard found == nil, let call = node["FuncCall"],
        let name = QualifiedName(list: call["funcname"])
      else { return }
      if let known = model.routines[name.key] {
        if !known.isSteady { found = "\(name)()" }
      } else if !(steady.contains(name.name) && [nil, "pg_catalog"].contains(name.schema)) {
        found = "\(name)()"
      }
    }
    return found
  }
}
