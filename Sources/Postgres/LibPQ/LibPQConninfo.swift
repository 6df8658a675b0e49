internal import CLibPQ

extension LibPQConnection {
  /// What is wrong with a connection URL or string; nil when libpq can read it.
  ///
  /// libpq's message may quote a part of the text, and a malformed text may hold a password anywhere: so a message
  /// that quotes anything but a key word is replaced.
  package static func problem(inConninfo conninfo: String) -> String? {
    guard !conninfo.utf8.contains(0) else { return "it contains a NUL character" }
    var message: UnsafeMutablePointer<CChar>?
    let options = PQconninfoParse(conninfo, &message)
    if let options {
      PQconninfoFree(options)
      return nil
    }
    defer { PQfreemem(message) }
    let text = message.map { String(cString: $0).trimmedLines } ?? "libpq cannot read it"
    return text.contains("\"") && !text.contains("option \"") ? "libpq cannot read it" : text
  }
}
