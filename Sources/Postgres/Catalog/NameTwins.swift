/// Names that are two to PostgreSQL, which compares bytes, and one to Swift, to which an accented letter is
/// the same however it is spelled.
///
/// What is kept by name would take one for the other: a policy of this table for a policy of that one. Such
/// names make nothing but confusion for people as well.
package enum NameTwins {
  /// Refuses `names` when two of them are twins; the same name may come again.
  ///
  /// - Throws: `PostgresError`, with both spellings.
  package static func refuse(_ names: some Sequence<String>) throws(PostgresError) {
    var known: [String: String] = [:]
    for name in names where !name.utf8.allSatisfy({ $0 < 0x80 }) {
      guard let other = known.updateValue(name, forKey: name),
        !other.utf8.elementsEqual(name.utf8)
      else { continue }
      var error = PostgresError(
        .invalidRequest,
        "\(spelled(other)) and \(spelled(name)) are two names that differ only in how an accented "
          + "letter is spelled, which dbtool does not tell apart")
      error.hint = "Rename one of them."
      throw error
    }
  }

  /// A name with its letters beyond ASCII as code points.
  private static func spelled(_ name: String) -> String {
    name.unicodeScalars.map {
      $0.isASCII ? String($0) : "\\u{" + String($0.value, radix: 16, uppercase: true) + "}"
    }.joined()
  }
}
