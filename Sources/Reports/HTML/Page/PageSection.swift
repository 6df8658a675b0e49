/// A part of the page under a heading of its own.
struct PageSection: Sendable {
  /// What links to it say.
  var id: String
  /// The heading.
  var title: String
  /// What the list of parts says beside it, mostly a number; nil for nothing.
  var note: String?
  /// What that note means.
  var tone = Tone.plain
  /// What is under the heading.
  var content: HTML

  /// The part as markup.
  var markup: HTML {
    HTML("section", ["id": id, "class": "part", "aria-labelledby": "\(id)-title"]) {
      HTML("h2", ["id": "\(id)-title"]) { title }
      content
    }
  }

  /// Its line in the list of parts.
  var link: HTML {
    HTML("li") {
      HTML("a", ["href": "#\(id)"]) {
        HTML("span") { title }
        if let note { HTML("span", ["class": "note \(tone.rawValue)"]) { note } }
      }
    }
  }
}
