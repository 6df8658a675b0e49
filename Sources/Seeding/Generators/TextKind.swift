/// What a text is about, which decides how one is made up.
package enum TextKind: String, Sendable, CaseIterable {
  /// A person's whole name.
  case name
  /// A person's first name.
  case firstName = "first-name"
  /// A person's last name.
  case lastName = "last-name"
  /// A firm.
  case company
  /// A house or another place that has a name.
  case place
  /// Something that is sold or used.
  case product
  /// An e-mail address, in a domain that is kept for examples (RFC 2606).
  case email
  /// A telephone number that is kept for fiction (Ofcom: 01632 960000 to 960999).
  case phone
  /// A street with a number.
  case street
  /// A town.
  case city
  /// A region.
  case region
  /// A postal code.
  case postcode
  /// A country's two letters (ISO 3166-1).
  case country
  /// A currency's three letters (ISO 4217).
  case currency
  /// The name of a time zone.
  case timeZone = "time-zone"
  /// A language's two letters.
  case locale
  /// An address of the web.
  case url
  /// The path of a file, or its name.
  case file
  /// The type of a file.
  case mimeType = "mime-type"
  /// A colour as the web writes it.
  case colour
  /// What a browser calls itself.
  case agent
  /// Words in lower case, joined by hyphens.
  case slug
  /// A name that a program would give: lower case, joined by underscores.
  case identifier
  /// Capital letters and digits, with a hyphen between.
  case code
  /// Capital letters and digits.
  case shortCode = "short-code"
  /// What happened: two words with a dot between.
  case event
  /// Digits.
  case digits
  /// Lower-case hexadecimal digits, as of a checksum.
  case hash
  /// Capital letters.
  case letters
  /// A word or two.
  case title
  /// A sentence.
  case sentence
  /// Some sentences.
  case paragraph
  /// One word in lower case.
  case word

  /// True of what belongs to a person, so that a row's name and address go together.
  var isOfPerson: Bool { [.name, .firstName, .lastName, .email].contains(self) }

  /// The kind that a column's name speaks of.
  ///
  /// - Parameter table: The table, which says what `name` is a name of.
  package static func guess(column: String, table: String) -> TextKind {
    let name = column.lowercased()
    func has(_ parts: String...) -> Bool { parts.contains { name.contains($0) } }
    let words = Set(name.split(whereSeparator: { !$0.isLetter }).map { String($0) })
    if has("email", "e_mail") { return .email }
    if has("phone", "mobile") || words.contains("fax") { return .phone }
    if has("first_name", "firstname", "given_name", "forename") { return .firstName }
    if has("last_name", "lastname", "surname", "family_name") { return .lastName }
    if has("filename", "file_name", "filepath", "file_path") || name == "path" { return .file }
    if has("mime", "content_type") { return .mimeType }
    if has("user_agent", "useragent") { return .agent }
    if has("hash", "checksum", "digest", "token", "secret", "password", "salt", "api_key", "etag") {
      return .hash
    }
    if has("slug", "handle", "subdomain", "permalink") { return .slug }
    if has("currency") { return .currency }
    if has("time_zone", "timezone") || words.contains("tz") { return .timeZone }
    if has("locale", "language") || words.contains("lang") { return .locale }
    if has("country") { return .country }
    if has("postcode", "postal", "zip") { return .postcode }
    if has("street", "address", "addr") { return .street }
    if words.contains("city") || words.contains("town") { return .city }
    if has("region", "province", "county") { return .region }
    if has("url", "website", "link", "href") || words.contains("uri") { return .url }
    if has("colour", "color") { return .colour }
    if has("company", "organisation", "organization", "legal_name", "vendor", "supplier") {
      return .company
    }
    if has("full_name", "display_name", "person", "author", "guest", "contact", "assignee")
      || words.contains("owner")
    {
      return .name
    }
    if has("title", "subject", "label", "headline") { return .title }
    if has("description", "summary", "excerpt", "caption", "bio") { return .sentence }
    if has("body", "content", "note", "comment", "message", "remark", "reason", "text") {
      return .paragraph
    }
    if has("username", "user_name", "login", "nickname") { return .identifier }
    if name == "number" || words.contains("no") { return .digits }
    if words.contains("action") || words.contains("event") { return .event }
    if has("code", "sku", "reference", "serial", "barcode", "isbn", "vat", "iban", "number")
      || words.contains("ref")
    {
      return .code
    }
    if has("status", "state", "kind", "type", "category", "role", "provider", "tag") {
      return .word
    }
    if words.contains("name") { return named(table: table.lowercased()) }
    return .title
  }

  /// What has a name in a table.
  private static func named(table: String) -> TextKind {
    func has(_ parts: String...) -> Bool { parts.contains { table.contains($0) } }
    if has(
      "user", "person", "people", "guest", "customer", "employee", "patient", "contact", "author")
    {
      return .name
    }
    if has("member", "student", "staff", "driver", "doctor") { return .name }
    if has("tenant", "org", "compan", "account", "client", "supplier", "vendor", "merchant", "team")
    {
      return .company
    }
    if has("propert", "hotel", "location", "site", "venue", "store", "shop", "branch", "building") {
      return .place
    }
    if has("product", "item", "part", "asset", "device") { return .product }
    return .title
  }
}
