/// What a command has to say, apart from how it is shown.
package struct Report: Sendable, Equatable {
  /// One part of a report.
  package enum Section: Sendable, Equatable {
    /// A line of text.
    case line(Text)
    /// An empty line.
    case space
    /// A table with a heading for each column.
    case table(Table)
    /// Text that must stay as it is, for example SQL.
    case block(String)
  }

  /// A table; every row has as many cells as there are headings.
  package struct Table: Sendable, Equatable {
    /// The headings.
    package var headings: [String]
    /// The rows.
    package var rows: [[Text]]
    /// The columns that hold sentences or lists, which may be wrapped where there is little room.
    package var prose: Set<Int>

    /// A table from its parts.
    package init(headings: [String], rows: [[Text]], prose: Set<Int> = []) {
      self.headings = headings
      self.rows = rows
      self.prose = prose
    }
  }

  /// The parts in order.
  package var sections: [Section]

  /// A report from its parts.
  package init(_ sections: [Section] = []) { self.sections = sections }

  /// Adds a line.
  package mutating func line(_ text: String, _ meaning: Text.Meaning = .plain) {
    sections.append(.line(Text(text, meaning)))
  }

  /// Adds an empty line.
  package mutating func space() { sections.append(.space) }
}

/// Text with what it means, from which a colour can follow.
package struct Text: Sendable, Equatable {
  /// What a text means to its reader.
  package enum Meaning: Sendable, Equatable {
    /// Nothing in particular.
    case plain
    /// All is well.
    case good
    /// Something is wrong.
    case bad
    /// Something needs a look.
    case doubtful
    /// Of little weight.
    case faint
    /// A title.
    case strong
  }

  /// The characters.
  package var characters: String
  /// The meaning.
  package var meaning: Meaning

  /// A text and its meaning.
  package init(_ characters: String, _ meaning: Meaning = .plain) {
    self.characters = characters
    self.meaning = meaning
  }
}
