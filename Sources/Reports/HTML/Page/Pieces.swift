/// Small things that many parts of the page are made of.
enum Pieces {
  /// A name, an SQL type or a path.
  static func code(_ text: String) -> HTML { HTML("code") { text } }

  /// Lines to copy; the script puts a button beside them that says what it copies.
  static func script(_ text: String, named name: String) -> HTML {
    HTML("div", ["class": "code", "data-copy": name]) { HTML("pre") { HTML(lines: text) } }
  }

  /// Where something comes from.
  static func place(_ location: CheckReport.Location) -> HTML {
    HTML("code", ["class": "place"]) {
      location.file
      ":\(location.line)"
    }
  }

  /// Something folded under a line that says what it is.
  static func folded(
    _ title: String, isOpen: Bool = false, @HTMLBuilder content: () -> HTML
  ) -> HTML {
    HTML("details", ["open": isOpen ? "" : nil]) {
      HTML("summary") { title }
      content()
    }
  }

  /// A bar that is filled in part; the number beside it says the same.
  static func bar(_ part: Int, of whole: Int, tone: Tone) -> HTML {
    let share = whole > 0 ? Double(max(0, part)) / Double(whole) * 100 : 0
    let width = part > 0 ? max(1, min(100, Int(share.rounded()))) : 0
    return HTML(
      "svg", ["class": "bar \(tone.rawValue)", "aria-hidden": "true"]
    ) {
      HTML("rect", ["class": "track", "width": "100%", "height": "100%", "rx": "3"])
      HTML("rect", ["width": "\(width)%", "height": "100%", "rx": "3"])
    }
  }

  /// Facts as names and values.
  static func facts(_ facts: [(name: String, value: HTML)]) -> HTML {
    HTML("ul", ["class": "facts"]) {
      for fact in facts {
        HTML("li") {
          HTML("span", ["class": "name"]) { fact.name }
          " "
          HTML("span", ["class": "value"]) { fact.value }
        }
      }
    }
  }

  /// The line that says that more is elsewhere; nothing when all is here.
  static func rest(_ left: Int, _ noun: String) -> HTML? {
    guard left > 0 else { return nil }
    return HTML("p", ["class": "rest"]) {
      "\(Figures.count(left, noun)) more: the JSON report has all of them."
    }
  }
}
