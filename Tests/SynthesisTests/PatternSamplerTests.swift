import Postgres
import Synthesis
import TestSupport
import Testing

@Suite("Texts that match patterns, judged by PostgreSQL")
struct PatternSamplerTests {
  private static let expressions = [
    "^[a-z0-9-]+$", "^[A-Z]{3}$", "^\\d{5}(-\\d{4})?$", "^[0-9]{1,4}[A-Z]?$", "^(a|b|cd)+$",
    "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$", "^\\+[1-9]\\d{7,14}$", "^#[0-9a-fA-F]{6}$", "^$", "",
    "^.{3,10}$", "^[[:alpha:]][[:alnum:]_]*$", "^[[:upper:]]{2}[[:digit:]]{4}$", "abc", "^abc",
    "abc$", "a.c", "^(?:x|y)z$", "^https?://[a-z.]+(/[a-z]*)?$", "^\\w+(\\.\\w+)*$",
    "^[a-z]+(-[a-z]+)*$", "^(\\d{1,3}\\.){3}\\d{1,3}$", "^[A-Z]{2}\\d{2}[A-Z0-9]{11,30}$",
    "^[]a]+$", "^[^]a]+$", "^[a\\-z]+$", "^[a-]+$", "^[.*+?]+$", "^\\$\\d+\\.\\d{2}$", "^\\(\\)$",
    "^a{0,2}b{1}c{2,}$", "^v\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$", "^\\s*\\S+\\s*$", "^[äöü]+$",
    "^[[:space:]]*[[:graph:]]+$", "^(((a)))$", "^a|b$", "^[A-Z][a-z]+( [A-Z][a-z]+)*$",
    "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$",
    "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    "^[\\w.+-]+$", "^x*?y+?$", "^\\Aabc\\Z", "\\yword\\y", "^[[:xdigit:]]+$", "^[[:punct:]]$",
  ]

  @Test("samples of regular expressions match them")
  func regularExpressions() throws {
    try withDatabase { connection in
      var random = SeededGenerator(seed: 7)
      for expression in Self.expressions {
        for _ in 0..<12 {
          let sample = PatternSampler.sample(regularExpression: expression, using: &random)
          guard let sample else {
            Issue.record("no sample of \(expression)")
            break
          }
          let matches = try connection.execute(
            "SELECT $1 ~ $2", [.text(sample), .text(expression)]
          ).scalar
          #expect(matches == "t", "\(expression): \(sample)")
        }
      }
    }
  }

  @Test(
    "what the sampler does not know has no sample instead of a wrong one",
    arguments: [
      "^(?=a)b$", "(?!a)b", "(a)\\1", "[", "(", "a{", "a{3,1}", "*a", "[[:nope", ")", "a)", "\\",
      "^[[:nope:]]$", "a{99999999999999999999}",
    ])
  func unknown(expression: String) {
    var random = SeededGenerator(seed: 7)
    #expect(PatternSampler.sample(regularExpression: expression, using: &random) == nil)
  }

  @Test("samples of LIKE patterns match them")
  func like() throws {
    try withDatabase { connection in
      var random = SeededGenerator(seed: 7)
      let patterns = [
        "%@%", "a%", "%z", "___", "a\\%b", "100\\_%", "", "%", "ä_%🏨", "\\\\%", "%%_", "plain",
      ]
      for pattern in patterns {
        let sample = PatternSampler.sample(like: pattern, using: &random)
        let matches = try connection.execute(
          "SELECT $1 LIKE $2", [.text(sample), .text(pattern)]
        ).scalar
        #expect(matches == "t", "\(pattern): \(sample)")
      }
    }
  }

  @Test("equal seeds give equal samples")
  func deterministic() {
    func samples(_ seed: UInt64) -> [String?] {
      var random = SeededGenerator(seed: seed)
      return Self.expressions.map {
        PatternSampler.sample(regularExpression: $0, using: &random)
      }
    }
    #expect(samples(1) == samples(1))
    #expect(samples(1) != samples(2))
  }

  @Test("made-up UUIDs are of version 4, and PostgreSQL takes them")
  func uuids() throws {
    try withDatabase { connection in
      var random = SeededGenerator(seed: 0)
      let uuids = (0..<200).map { _ in random.uuid() }
      #expect(Set(uuids).count == 200)
      for uuid in uuids {
        #expect(try connection.execute("SELECT $1::uuid", [.text(uuid)]).scalar == uuid)
        let shape = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
        let matches = try connection.execute("SELECT $1 ~ $2", [.text(uuid), .text(shape)]).scalar
        #expect(matches == "t", "\(uuid)")
      }
    }
  }
}
