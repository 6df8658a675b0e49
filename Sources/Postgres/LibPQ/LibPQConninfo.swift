internal import CLibPQ

extension LibPQConnection {
  /// What is wrong with a connection URL or string; nil when libpq can read it.
  ///
  /// libpq's message may quote a part of the text, and a malformed text may hold a password
  /// anywhere: so a message that quotes anything but a key word is replaced.
  package static func problem(inConninfo conninfo: String) -> String? {
    guard !conninfo.utf8.contains(0) else { return "it contains a NUL character" }
    var message: UnsafeMutablePointer<CChar>?
    let options = PQconninfoParse(conninfo, &message)
    if let options {
      defer { PQconninfoFree(options) }
      return misplacedPassword(conninfo) ?? wrongPort(options)
    }
    defer { PQfreemem(message) }
    let text = message.map { String(cString: $0).trimmedLines } ?? "libpq cannot read it"
    // The word after a password with a space in it looks like an option.
    let quotes =
      text.contains("\"")
      && (!text.contains("option \"") || conninfo.contains("password"))
    return quotes ? "libpq cannot read it" : text
  }

  /// The key words that a connection URL or string sets, without defaults and what the environment says;
  /// nil when libpq cannot read it.
  package static func settings(ofConninfo conninfo: String) -> [String: String]? {
    guard let options = PQconninfoParse(conninfo, nil) else { return nil }
    defer { PQconninfoFree(options) }
    var settings: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        settings[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    return settings
  }

  /// Why a URL would be read as another host, port or database than was meant.
  ///
  /// libpq ends the host at the first `/` and the password at the first `@`, whatever accent follows. The
  /// rest of the password would then stand in the message that the host or port is not known.
  private static func misplacedPassword(_ conninfo: String) -> String? {
    let bytes = Array(conninfo.utf8)
    let (slash, at, question) = (UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "?"))
    guard let scheme = bytes.firstRange(of: Array("://".utf8)),
      bytes.starts(with: "postgres".utf8)
    else { return nil }
    let rest = bytes[scheme.upperBound...]
    let host = rest.prefix { $0 != slash }.drop { $0 != at }.dropFirst().prefix { $0 != question }
    let path = rest.drop { $0 != slash }.prefix { $0 != question }
    return host.contains(at) || path.contains(at) ? "it has an @ after the host has begun" : nil
  }

  private static func wrongPort(_ options: UnsafeMutablePointer<PQconninfoOption>) -> String? {
    var option = options
    while let keyword = option.pointee.keyword {
      if String(cString: keyword) == "port", let value = option.pointee.val {
        // One for each host, separated by commas.
        let isFit = String(cString: value).allSatisfy { $0.isASCII && $0.isNumber || $0 == "," }
        return isFit ? nil : "the port is not a number"
      }
      option += 1
    }
    return nil
  }
}
