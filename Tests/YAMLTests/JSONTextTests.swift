import Testing
import Wording

@Suite("Pieces of JSON")
struct JSONTextTests {
  @Test("a text becomes a JSON string, whatever is in it")
  func quoting() {
    #expect(JSONText.quoted("a/b") == #""a/b""#)
    #expect(JSONText.quoted("\"\\") == #""\"\\""#)
    #expect(JSONText.quoted("two\nlines\u{1}") == #""two\nlines\u0001""#)
    // To Swift a quote with an accent on it is one character, and no quote.
    #expect(JSONText.quoted("\"\u{301}").utf8.elementsEqual("\"\\\"\u{301}\"".utf8))
  }
}
