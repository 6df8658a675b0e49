/// A column of a table that rows are loaded into.
struct RowColumn: Sendable, Equatable {
  /// What values of JSON become in it.
  enum Kind: Sendable, Equatable {
    /// Values of JSON as they are.
    case json
    /// An array.
    case array
    /// A text, which no object and no array is.
    case text
    /// Whatever its type reads.
    case other
  }

  /// Its name.
  var name: String
  /// Its type as SQL; for a domain that refuses NULL the type below it.
  var type: String
  /// What values of JSON become in it.
  var kind: Kind
  /// True when it is given a value where none is named.
  var hasDefault: Bool
  /// True for an identity that is always generated unless told otherwise.
  var isAlwaysIdentity: Bool
  /// True when it is computed from others.
  var isGenerated: Bool

  /// True for arrays of JSON.
  var hasJSONElements: Bool { type == "json[]" || type == "jsonb[]" }
}
