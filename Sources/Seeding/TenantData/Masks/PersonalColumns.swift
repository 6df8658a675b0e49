internal import Postgres

/// Guesses by their names which columns hold what belongs to a person.
enum PersonalColumns {
  private static let words: Set<String> = [
    "email", "mail", "phone", "mobile", "telephone", "tel", "fax", "surname", "firstname",
    "lastname", "fullname", "username", "nickname", "address", "street", "postcode", "postal",
    "zip",
    "birth", "birthday", "birthdate", "dob", "iban", "bic", "card", "passport", "ssn", "password",
    "passwd", "pin", "token", "secret", "salt", "ip", "latitude", "longitude", "gender",
  ]
  private static let pairs: Set<String> = [
    "first name", "last name", "full name", "given name", "family name", "display name",
    "middle name", "maiden name", "guest name", "contact name", "customer name", "person name",
    "api key", "tax id", "national id", "vat no", "pin hash", "password hash",
  ]
  /// Tables whose names are of people.
  private static let people: Set<String> = [
    "user", "users", "person", "persons", "people", "guest", "guests", "customer", "customers",
    "contact", "contacts", "member", "members", "employee", "employees", "staff", "patient",
    "patients", "client", "clients",
  ]

  /// True for a column that looks personal and can hold it.
  static func looksPersonal(_ column: Column, of relation: Relation) -> Bool {
    let type = column.type.elementName ?? column.type.baseName
    let holds =
      ["text", "varchar", "bpchar", "citext", "name", "inet", "cidr", "bytea", "date"]
      .contains(type)
    guard holds, column.generation == .none, column.type.category != "e" else { return false }
    let words = parts(of: column.name)
    if words.contains(where: { self.words.contains($0) }) { return true }
    if zip(words, words.dropFirst()).contains(where: { pairs.contains("\($0) \($1)") }) {
      return true
    }
    return words == ["name"] && !people.isDisjoint(with: parts(of: relation.name))
  }

  /// The words of a name: `guestEmail` and `guest_email` are of two.
  static func parts(of name: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var wasLower = false
    for character in name {
      let isBreak = !(character.isLetter || character.isNumber)
      if isBreak || (character.isUppercase && wasLower) {
        if !part.isEmpty { parts.append(part.lowercased()) }
        part = ""
      }
      if !isBreak { part.append(character) }
      wasLower = character.isLowercase
    }
    if !part.isEmpty { parts.append(part.lowercased()) }
    return parts
  }
}
