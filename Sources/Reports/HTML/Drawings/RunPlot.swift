/// The runs of one command as bars: how long they took, in order, and how they ended.
struct RunPlot: Sendable {
  /// Runs that are drawn, the newest.
  static let limit = 60
  private static let width = 360
  private static let height = 130
  private static let left = 8
  private static let top = 26
  private static let bottom = 22

  /// Its place among the plots, from which its names in the page are made.
  var number: Int
  /// The command.
  var command: String
  /// The runs, the oldest first.
  var runs: [CheckReport.Run]

  /// The drawing under its title.
  var markup: HTML {
    let shown = Array(runs.suffix(Self.limit))
    let longest = max(1, shown.map(\.durationMs).max() ?? 1)
    let id = "plot-\(number)"
    return HTML("figure", ["class": "plot"]) {
      HTML("figcaption", ["id": id]) {
        Pieces.code(command)
        " "
        HTML("span", ["class": "took"]) { summary(shown) }
      }
      HTML(
        "svg",
        ["viewBox": "0 0 \(Self.width) \(Self.height)", "role": "img", "aria-labelledby": id]
      ) {
        line(at: Self.top, label: Figures.duration(longest))
        line(at: (Self.top + Self.height - Self.bottom) / 2, label: Figures.duration(longest / 2))
        HTML(shown.enumerated().map { bar($1, place: $0, of: shown.count, longest) })
        HTML(
          "line",
          [
            "class": "axis", "x1": "\(Self.left)", "x2": "\(Self.width)",
            "y1": "\(Self.height - Self.bottom)", "y2": "\(Self.height - Self.bottom)",
          ])
        dates(shown)
      }
    }
  }

  private func summary(_ shown: [CheckReport.Run]) -> String {
    let durations = shown.map(\.durationMs).sorted()
    let last = shown.last.map {
      "last \(Figures.duration($0.durationMs)), \(Badge(result: $0.result).word)"
    }
    let middle = durations.isEmpty ? 0 : durations[durations.count / 2]
    return "\(Figures.count(runs.count, "run")), median \(Figures.duration(middle)), \(last ?? "")"
  }

  private func line(at y: Int, label: String) -> HTML {
    HTML {
      HTML(
        "line",
        ["class": "grid", "x1": "\(Self.left)", "x2": "\(Self.width)", "y1": "\(y)", "y2": "\(y)"])
      HTML("text", ["class": "label end", "x": "\(Self.width)", "y": "\(y - 4)"]) { label }
    }
  }

  private func bar(_ run: CheckReport.Run, place: Int, of count: Int, _ longest: Int) -> HTML {
    let room = Self.width - Self.left - 44
    // As wide as runs leave room for, but few runs do not become walls.
    let step = min(26, max(4, room / max(1, count)))
    let full = Self.height - Self.bottom - Self.top
    let share = Double(max(0, run.durationMs)) / Double(longest)
    let height = max(2, Int((share * Double(full)).rounded()))
    let x = Self.left + place * step
    let y = Self.height - Self.bottom - height
    let badge = Badge(result: run.result)
    return HTML("g", ["class": "run \(badge.tone.rawValue)"]) {
      HTML("title") { "\(run.startedAt): \(badge.word), \(Figures.duration(run.durationMs))" }
      HTML(
        "rect",
        [
          "x": "\(x)", "y": "\(y)", "width": "\(max(2, step - 2))", "height": "\(height)",
          "rx": "1",
        ])
      if badge.tone != .good {
        HTML("text", ["class": "mark", "x": "\(x + (step - 2) / 2)", "y": "\(y - 3)"]) {
          badge.symbol
        }
      }
    }
  }

  private func dates(_ shown: [CheckReport.Run]) -> HTML {
    let days = [shown.first, shown.last].map { run in
      run.flatMap { Figures.Moment($0.startedAt)?.day } ?? ""
    }
    return HTML {
      HTML("text", ["class": "label", "x": "\(Self.left)", "y": "\(Self.height - 7)"]) { days[0] }
      if shown.count > 1, days[0] != days[1] {
        HTML("text", ["class": "label end", "x": "\(Self.width)", "y": "\(Self.height - 7)"]) {
          days[1]
        }
      }
    }
  }
}
