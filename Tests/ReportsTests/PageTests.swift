import Foundation
import Reports
import TestSupport
import Testing

@Suite(.besideOthers, .enabled(if: PageChecks.areThere, PageChecks.absence))
struct PageTests {
  @Test func aPageIsValidAccessibleAndFitsEachScreenAndPaper() throws {
    let everywhere = ["validity", "accessibility", "layout", "network", "names", "paper"]
    let complaints = try PageChecks.complaints([
      .init(HTMLRenderer().render(.sample), everywhere),
      .init(HTMLRenderer().render(try PageChecks.hotel()), everywhere),
    ])
    #expect(complaints == [])
  }

  @Test func whatAPageOffersCanBeUsedWithAMouseAKeyboardAndWithoutTheScript() throws {
    let complaints = try PageChecks.complaints([
      .init(
        HTMLRenderer().render(try PageChecks.hotel()),
        ["clicks", "fallback", "filters", "keyboard", "theme", "scriptless"])
    ])
    #expect(complaints == [])
  }

  @Test func hostileNamesRunNothingAndAreReadAsTheyAre() throws {
    let report = CheckReport.hostile
    let name = try #require(report.isolation?.tables.first?.name)
    let finding = try #require(report.findings.first)
    let texts = [
      [".banner .project", report.project],
      ["article h4 code", TextRenderer.visible(finding.object)],
      ["#matrix tbody th", TextRenderer.visible(String(name.dropFirst("public.".count)))],
      [".stage .came", TextRenderer.visible(report.stages[0].summary)],
      // In scripts a line stays a line, whichever way it ends: CR LF is one character in Swift.
      [
        "[data-copy=script] pre",
        try #require(finding.reproduce).split(omittingEmptySubsequences: false) {
          $0 == "\n" || $0 == "\r\n"
        }
        .map { TextRenderer.visible(String($0)) }.joined(separator: "\n"),
      ],
    ]
    let complaints = try PageChecks.complaints([
      .init(
        HTMLRenderer().render(report),
        ["validity", "accessibility", "layout", "network", "names", "paper"], texts: texts)
    ])
    #expect(complaints == [])
  }

  @Test func largePagesStayValidAndFit() throws {
    let complaints = try PageChecks.complaints([
      .init(
        HTMLRenderer().render(.sample(tables: 200, findings: 120)),
        ["validity", "layout", "network"]),
      .init(
        HTMLRenderer().render(.sample(tables: 60, findings: 10_000)), ["validity", "layout"]),
    ])
    #expect(complaints == [])
  }

  /// Each check is seen to fail once, on a page in which one thing is broken.
  @Test func brokenPagesAreNoticed() throws {
    let page = HTMLRenderer().render(try PageChecks.hotel())
    let policy = try #require(
      page.range(
        of: #"<meta http-equiv="Content-Security-Policy"[^>]*>"#,
        options: .regularExpression))
    func broken(
      _ check: String, _ old: String, _ new: String, withoutPolicy: Bool = true,
      texts: [[String]] = []
    ) throws -> PageChecks.Job {
      var changed = page
      if withoutPolicy { changed.removeSubrange(policy) }
      let place = try #require(changed.range(of: old), "\(old) is not in the page")
      changed.replaceSubrange(place, with: new)
      return PageChecks.Job(changed, [check], texts: texts, isFirstEnough: true)
    }
    let image = #"<img alt="" src="http://127.0.0.1:9/x.png"><footer"#
    let jobs = [
      try broken("validity", "<footer", "</b><footer"),
      try broken("validity", #"id="findings-title""#, #"id="isolation-title""#),
      try broken("accessibility", #" lang="en""#, ""),
      try broken("accessibility", "light-dark(#566070", "light-dark(#b6c0d0"),
      try broken("accessibility", #"class="close" aria-label="Close">✕<"#, #"class="close"><"#),
      try broken("layout", "<footer", #"<p><svg width="2000" height="9"></svg></p><footer"#),
      try broken("network", "<footer", image),
      try broken("network", "<footer", image, withoutPolicy: false),
      try broken("names", "<footer", "<script>alert(1)</script><footer"),
      try broken("names", "<footer", "<footer", texts: [["h1 .project", "another"]]),
      try broken("clicks", "dialog.showModal()", "void 0"),
      try broken("clicks", "writeText(text.textContent)", #"writeText("x")"#),
      try broken("fallback", "select(text);", ""),
      try broken("filters", "finding.hidden = !(", "finding.hidden = false && !("),
      try broken("keyboard", #"case "ArrowDown""#, #"case "PageDown""#),
      try broken("theme", "color-scheme: dark; }", "}"),
      try broken("paper", "details::details-content", "details::nothing"),
      try broken("scriptless", #"id="finding-filter" hidden="""#, #"id="finding-filter""#),
    ]
    let complaints = try PageChecks.complaints(jobs)
    for (number, job) in jobs.enumerated() {
      let sign = "\(job.checks[0]) \(number): "
      #expect(complaints.contains { $0.hasPrefix(sign) }, "nothing noticed by \(sign)")
    }
  }
}
