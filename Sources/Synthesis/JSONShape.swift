internal import SQLSyntax
internal import Wording

/// What expressions say about the inside of a JSON column, put together to whole documents.
///
/// `body ? 'items' AND jsonb_typeof(body -> 'items') = 'array' AND body ->> 'kind' = 'list'` is met
/// by no value that satisfies one of the three.
struct JSONShape: Sendable {
  /// What is known of each member, in the order in which it was met.
  private var members: [(key: String, shape: JSONShape)] = []
  /// JSON texts that this place may hold, the likeliest first.
  private var texts: [String] = []

  /// True when nothing is known beyond what a document's own kind is.
  var isPlain: Bool { members.isEmpty }

  /// Takes note that there is something at `path`, which may be one of `texts`.
  mutating func note(_ path: some Collection<String>, _ texts: [String] = []) {
    guard let key = path.first else {
      self.texts += texts.filter { !self.texts.contains($0) }
      return
    }
    let index =
      members.firstIndex { $0.key == key }
      ?? {
        members.append((key, JSONShape()))
        return members.count - 1
      }()
    members[index].shape.note(path.dropFirst(), texts)
  }

  /// Takes note of all that a document contains.
  mutating func note(_ path: [String], document: SyntaxNode) {
    switch document {
    case .object(let fields) where !fields.isEmpty:
      for key in fields.keys.sorted() { note(path + [key], document: fields[key] ?? .null) }
    case .object: note(path, ["{}"])
    case .list(let elements):
      let texts = elements.map { element in
        var shape = JSONShape()
        shape.note([], document: element)
        return shape.text(0)
      }
      note(path, ["[" + texts.joined(separator: ", ") + "]"])
    case .text(let text): note(path, [JSONText.quoted(text)])
    case .integer(let number): note(path, [String(number)])
    case .boolean(let truth): note(path, [String(truth)])
    case .null: note(path, ["null"])
    }
  }

  /// Documents that may meet all of it, at most `limit`.
  func documents(limit: Int) -> [String] {
    var documents: [String] = []
    for number in 0..<min(choices, limit) {
      let document = text(number)
      if !documents.contains(document) { documents.append(document) }
    }
    return documents
  }

  private var choices: Int { max(texts.count, members.map(\.shape.choices).max() ?? 0, 1) }

  private func text(_ number: Int) -> String {
    guard members.isEmpty else {
      let parts = members.map { JSONText.quoted($0.key) + ": " + $0.shape.text(number) }
      return "{" + parts.joined(separator: ", ") + "}"
    }
    // What nothing is known of may be asked for as a flag.
    return texts.isEmpty ? "true" : texts[number % texts.count]
  }
}
