import Reports
import Testing

@Suite("Tables in windows of any width")
struct TableLayoutTests {
  private static let matrix = Report.Table(
    headings: ["table", "tenancy", "select", "delete"],
    rows: [
      [Text("public.booking_notes"), Text("parent"), Text("isolated"), Text("not granted")],
      [Text("  as app_readonly"), Text(""), Text("isolated"), Text("")],
    ])
  private static let prose = Report.Table(
    headings: ["rule", "what is wrong"],
    rows: [[Text("using-true"), Text("a policy that is true of every row of every tenant")]],
    prose: [1])

  private func text(_ table: Report.Table, width: Int?) -> String {
    TextRenderer(usesColour: false, width: width).render(Report([.table(table)]))
  }

  @Test("with room, and wherever there is no width, each row is a line")
  func wide() {
    let expected = """
      table                 tenancy  select    delete
      public.booking_notes  parent   isolated  not granted
        as app_readonly              isolated

      """
    #expect(text(Self.matrix, width: nil) == expected)
    #expect(text(Self.matrix, width: 52) == expected)
  }

  @Test("with less, the first column gets lines of its own, and names stay whole")
  func underNames() {
    #expect(
      text(Self.matrix, width: 40) == """
        table
          tenancy  select    delete
        public.booking_notes
          parent   isolated  not granted
          as app_readonly
                   isolated

        """)
  }

  @Test("with little, each row becomes a record, and empty cells no line")
  func records() {
    #expect(
      text(Self.matrix, width: 25) == """
        public.booking_notes
          tenancy  parent
          select   isolated
          delete   not granted
          as app_readonly
          select   isolated

        """)
  }

  @Test("prose is wrapped in its column as long as names fit beside it")
  func wrapped() {
    #expect(
      text(Self.prose, width: 34) == """
        rule        what is wrong
        using-true  a policy that is true
                    of every row of every
                    tenant

        """)
    #expect(
      text(Self.prose, width: 24) == """
        using-true
          what is wrong  a
                         policy
                         that is
                         true of
                         every
                         row of
                         every
                         tenant

        """)
  }

  @Test("no line is wider than the window, unless a single name is", arguments: 10...90)
  func fits(width: Int) {
    for table in [Self.matrix, Self.prose] {
      let names = table.rows.joined().filter { !$0.characters.contains(" ") }
      let longest = names.map { $0.characters.count }.max() ?? 0
      for line in text(table, width: width).split(separator: "\n") {
        #expect(line.count <= max(width, longest + 17), "\(width): \(line)")
        if width >= 36 { #expect(line.count <= width, "\(width): \(line)") }
      }
    }
  }

  @Test("nothing of any cell is lost at any width", arguments: [8, 20, 33, 41, 60, 120])
  func nothingIsCut(width: Int) {
    for table in [Self.matrix, Self.prose] {
      let shown = text(table, width: width)
      for word in table.rows.joined().flatMap({ $0.characters.split(separator: " ") }) {
        #expect(shown.contains(word), "\(width): \(word)")
      }
    }
  }

  @Test("a cell of a megabyte takes no longer than its characters do")
  func hugeCell() {
    var table = Self.prose
    table.rows[0][1] = Text(String(repeating: "many words ", count: 100_000))
    let lines = text(table, width: 60).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 60 })
  }

  @Test("long lines go on below where their text began; what is to be copied is left alone")
  func lines() {
    var report = Report()
    report.line("warn  the clock of this machine is two minutes behind")
    report.line("  next: set the clock, for example by NTP")
    report.sections.append(.block("SELECT a_long_statement FROM somewhere;"))
    #expect(
      TextRenderer(usesColour: false, width: 30).render(report) == """
        warn  the clock of this
              machine is two minutes
              behind
          next: set the clock, for
            example by NTP
            SELECT a_long_statement FROM somewhere;

        """)
  }

  @Test("colours are the same in every layout", arguments: [20, 40, 80])
  func colours(width: Int) {
    var table = Self.matrix
    table.rows[0][2].meaning = .good
    let shown = TextRenderer(usesColour: true, width: width).render(Report([.table(table)]))
    #expect(shown.contains("\u{1B}[32misolated\u{1B}[0m"))
    let stripped = shown.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(stripped == text(table, width: width))
  }
}
