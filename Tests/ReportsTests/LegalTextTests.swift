import Testing

@testable import Reports

@Suite("Text that every format may hold")
struct LegalTextTests {
  @Test("on one line nothing is left that XML forbids or that hides something")
  func line() {
    for name in HostileNames.allCases {
      let line = LegalText.line(name.name("x"), atMost: 10_000)
      for scalar in line.unicodeScalars {
        #expect(!scalar.properties.isNoncharacterCodePoint)
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
          Issue.record("\(name): U+\(String(scalar.value, radix: 16))")
        default: break
        }
      }
    }
    #expect(LegalText.line("a\u{FFFE}b\n") == "a\\u{fffe}b\\u{a}")
    #expect(LegalText.line("plain 客") == "plain 客")
  }

  @Test("in a block lines and tabs stay, however the lines end")
  func block() {
    #expect(LegalText.block("a\r\n\tb\nc\r\u{0}\u{202E}") == "a\n\tb\nc\\u{d}\\u{0}\\u{202e}")
    #expect(LegalText.block("") == "")
    #expect(LegalText.block("\n\n") == "\n\n")
  }

  @Test("what is too long is shortened, and says so")
  func shortened() {
    #expect(LegalText.line("abcdef", atMost: 3) == "abc …")
    #expect(LegalText.line("abc", atMost: 3) == "abc")
    #expect(LegalText.line("äöü", atMost: 3) == "äöü")
    let marks = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(LegalText.line(marks, atMost: 10).unicodeScalars.count == 12)
  }

  @Test("findings that fail come first, and accepted ones last")
  func order() {
    let report = CheckReport.sample(tables: 4, findings: 12)
    let sorted = FindingOrder.sorted(report.findings)
    let ranks = sorted.map { "\($0.accepted == nil) \($0.severity)" }
    #expect(ranks.prefix(3).allSatisfy { $0 == "true error" })
    #expect(ranks.suffix(3).allSatisfy { $0.hasPrefix("false") })
    #expect(Set(sorted.map(\.id)) == Set(report.findings.map(\.id)))
  }
}
