/// A reader of text that others wrote, and what has to be true of it whatever it is given.
struct FuzzTarget: Sendable {
  /// The name, which is also that of its folder of inputs.
  let name: String
  /// Holds the reader to it; throws for an input with which it is not true.
  let check: @Sendable ([UInt8]) throws -> Void

  /// All there are.
  static let all = [
    sessionEffects, sqlSplitting, manifest, configuration, yaml, ledger, signatures,
    dataAPIRequests, tenantExtraction, predicateAnalysis, passwords,
  ]
}

/// What was not true.
struct Falsehood: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

/// Throws unless something is true.
func hold(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(Falsehood) {
  if !isTrue { throw Falsehood(what()) }
}

/// Bytes as text, up to a NUL: it ends a text for PostgreSQL's parser, and no transport sends one.
func text(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

/// The parts of an input, which lines of `%%` divide; as many as asked for, the last of them empty
/// where there are fewer.
func parts(_ input: [UInt8], _ count: Int) -> [String] {
  var parts = [[Substring]](repeating: [], count: count)
  var index = 0
  for line in text(input).unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.elementsEqual("%%".unicodeScalars), index + 1 < count {
      index += 1
    } else {
      parts[index].append(Substring(line))
    }
  }
  return parts.map { $0.joined(separator: "\n") }
}
