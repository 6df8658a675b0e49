import Reports
import TestSupport
import Testing

extension CheckFormat {
  /// `report` in this format, which must not cost much more than its length asks for: beside one of a tenth
  /// of its findings that is ten times as much, where what is quadratic costs a hundred.
  func renderedWithoutWaste(_ report: CheckReport) -> String {
    var small = report
    small.findings = Array(report.findings.prefix(report.findings.count / 10))
    var text = ""
    let cost = processorTime { text = render(report) }
    let floor = (0..<3).map { _ in processorTime { _ = render(small) } }.min() ?? 0
    #expect(cost < 40 * floor, "\(cost) s, and \(floor) s for a tenth")
    return text
  }
}
