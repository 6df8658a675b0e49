#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

// What a server, or libpq, has to say.

extension String {
  /// The lines joined by `; `, without white space around each.
  var trimmedLines: String {
    split(separator: "\n").map { line in
      var line = line
      while line.first?.isWhitespace == true { line.removeFirst() }
      while line.last?.isWhitespace == true { line.removeLast() }
      return String(line)
    }.joined(separator: "; ")
  }

  /// A message or one of its parts, of which the server keeps no limit: what is behind the first
  /// megabyte is left out.
  init(serverText text: UnsafePointer<CChar>) {
    let limit = 1 << 20
    let bytes = UnsafeRawBufferPointer(start: text, count: strnlen(text, limit + 1))
    self.init(decoding: bytes.prefix(limit), as: UTF8.self)
    if bytes.count > limit { self += "… (the rest is left out)" }
  }
}
