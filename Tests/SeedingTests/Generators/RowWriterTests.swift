import Postgres
import Seeding
import Synthesis
import Testing

@Suite("Rows computed from their numbers")
struct RowWriterTests {
  @Test("whole numbers of units are written as PostgreSQL writes them")
  func formats() {
    func text(_ units: Int, _ format: NumberFormat) -> String {
      var bytes: [UInt8] = []
      format.write(units, into: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(text(0, .date) == "1970-01-01")
    #expect(text(19_782, .date) == "2024-02-29")
    #expect(text(-1, .date) == "1969-12-31")
    #expect(text(20_635 * 86_400 + 3_661, .timestamp) == "2026-07-01 01:01:01+00")
    #expect(text(-1, .timestamp) == "1969-12-31 23:59:59+00")
    #expect(text(-1_205, .decimal(scale: 2)) == "-12.05")
    #expect(text(5, .decimal(scale: 2)) == "0.05")
    #expect(text(7, .decimal(scale: 0)) == "7")
    #expect(text(Int.min + 1, .integer) == "-9223372036854775807")
    #expect(text(86_399, .time) == "23:59:59")
  }

  @Test("different numbers give different texts of a shape")
  func templates() throws {
    var random = SeededGenerator(seed: 3)
    let template = try #require(
      PatternSampler.template(regularExpression: "^[A-C]{2}-[0-9]{2}$", using: &random))
    #expect(template.capacity == 900)
    var seen: Set<[UInt8]> = []
    for number in 0..<900 {
      var bytes: [UInt8] = []
      template.write(number, into: &bytes)
      seen.insert(bytes)
      #expect(bytes.count == 5)
    }
    #expect(seen.count == 900)
  }
}
