internal import Postgres
internal import Synthesis

/// Texts: by the column's name, by what it is compared with, and by patterns.
extension ColumnProposals {
  /// The most characters that the type holds.
  private var limit: Int {
    // The modifier counts four bytes of header (utils/adt/varchar.c).
    if ["varchar", "bpchar"].contains(type.baseName), type.modifier > 4 {
      return type.modifier - 4
    }
    return type.baseName == "name" ? 63 : .max
  }

  mutating func texts() -> [ValueSource] {
    var kinds = [TextKind.guess(column: column.name, table: table)]
    if limit < 4 { kinds = [.letters] + kinds }
    let styles: [TextKind] = [
      .word, .slug, .identifier, .code, .shortCode, .event, .digits, .letters, .title, .email, .url,
      .phone, .hash, .name,
      .country, .currency, .locale, .timeZone, .colour, .mimeType, .file, .postcode,
    ]
    let named = kinds.map { ValueSource.text($0, isDistinct: false, limit: limit) }
    let listed = hintedValues.isEmpty ? [] : [ValueSource.list(ValueList(hintedValues))]
    return named + listed
      + styles.filter { !kinds.contains($0) }.map { .text($0, isDistinct: false, limit: limit) }
      + patterns(isDistinct: false)
  }

  /// The values that the column is compared with.
  private var hintedValues: [String] {
    hints.compactMap { hint in
      guard case .value(let text) = hint, text.count <= limit, !text.isEmpty else { return nil }
      return text
    }
  }

  private mutating func patterns(isDistinct: Bool) -> [ValueSource] {
    var templates: [PatternTemplate] = []
    func add(_ template: PatternTemplate?) {
      guard let template, template.positions.count <= limit, !templates.contains(template),
        !template.positions.isEmpty, !isDistinct || template.capacity >= min(rows, 2)
      else { return }
      templates.append(template)
    }
    for hint in hints {
      switch hint {
      case .pattern(let pattern):
        for _ in 0..<(isDistinct ? 24 : 4) {
          add(PatternSampler.template(regularExpression: pattern, using: &random))
        }
      case .like(let pattern):
        add(Self.template(like: pattern))
      case .length(let length) where (1...2_000).contains(length):
        for count in [length, length + 1, length - 1] where count > 0 {
          for set in ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "abcdefghijklmnopqrstuvwxyz"] {
            add(PatternTemplate(positions: Array(repeating: Array(set), count: count)))
          }
        }
      default: continue
      }
    }
    if isDistinct {
      // Enough room for the rows first, and then the shorter ones.
      templates.sort {
        let enough = ($0.capacity >= rows, $1.capacity >= rows)
        if enough.0 != enough.1 { return enough.0 }
        return enough.0
          ? $0.positions.count < $1.positions.count : $0.capacity > $1.capacity
      }
      templates = Array(templates.prefix(6))
    }
    return templates.map { .pattern($0, isDistinct: isDistinct) }
  }

  private static func template(like pattern: String) -> PatternTemplate {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    var positions: [[Character]] = []
    var isEscaped = false
    for character in pattern {
      if isEscaped {
        positions.append([character])
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "%" {
        positions += Array(repeating: letters, count: 6)
      } else {
        positions.append(character == "_" ? letters : [character])
      }
    }
    return PatternTemplate(positions: positions)
  }

  /// How many characters a text of a kind may come to, with a number at its end.
  private static func length(_ kind: TextKind) -> Int {
    switch kind {
    case .letters: 6
    case .digits: 9
    case .code: 12
    case .shortCode: 10
    case .hash: 32
    default: 45
    }
  }

  mutating func distinctTexts() -> [ValueSource] {
    let kind = TextKind.guess(column: column.name, table: table)
    let usable: TextKind =
      [.country, .currency, .locale, .timeZone, .colour, .mimeType, .agent].contains(kind)
      ? .letters : kind
    let styles: [TextKind] = [
      usable, .slug, .code, .shortCode, .identifier, .digits, .letters, .event, .email, .url, .hash,
      .phone, .title,
    ]
    let fitting = styles.filter { Self.length($0) <= limit }
    var sources = fitting.map { ValueSource.text($0, isDistinct: true, limit: limit) }
    sources += patterns(isDistinct: true)
    if limit < 12 {
      let set = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
      let template = PatternTemplate(positions: Array(repeating: set, count: limit))
      sources.append(.pattern(template, isDistinct: true))
    }
    return sources
  }
}
