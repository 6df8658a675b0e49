import Reports

/// What somebody may put into names, to get out of the format that they are shown in.
enum HostileNames: String, CaseIterable {
  case everything, markup, links, fences, commands, controls, directions, endless

  /// What becomes of a name.
  func name(_ plain: String) -> String {
    switch self {
    case .everything:
      return
        "\(plain)\"'`<script>alert(1)</script>&amp;]]>\n::error::x\r\n\u{202E}\u{0}\u{1B}[2J{{x}}|*_#%0A"
    case .markup:
      return "</details></td><b>\(plain)</b><img src=x onerror=alert(1)><!-- ]]> <![CDATA[ &#60;"
        + " <a href=\"http://e.example\">x</a> *a* **b** _c_ ~~d~~ \\*e\\* $x$ :smile: {0}"
    case .links:
      return "\(plain) @admin (@team/all) #1 user/repo#2 GH-3 https://e.example/x www.e.example"
        + " a@e.example mailto:a@e.example [x](http://e.example) ![y](http://e.example)"
        + " [z](javascript:alert(1)) [r][1] [1]: http://e.example <http://e.example>"
    case .fences:
      return
        "\(plain)`\n```\n~~~\n``````` x\n| a | b |\n| --- | --- |\n\\| \\\\| \\\\\\|\n# h\n- l\n"
        + "    c\n> q\n---\n\\"
    case .commands:
      return "\(plain)\r\n::set-env name=A::b\n  ::add-mask::x\r::stop-commands::t\u{85}::error::e"
        + " ##[set-env name=A;]b ##[\u{301}add-mask]c ####[[error]d %0A%0D%3A%2C%25, file=x::y"
    case .controls:
      let codes = Array(0...0x20) + Array(0x7F...0xA0) + [0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFF]
      return plain + String(String.UnicodeScalarView(codes.compactMap { Unicode.Scalar($0) }))
    case .directions:
      return "\u{202E}\(plain)\u{2066}\u{200F}\u{200B}\u{2028}\u{2029}\u{FEFF}e\u{301}客🙂"
    case .endless:
      // Not everywhere: a report has a hundred names.
      return plain.hasPrefix("public.t") ? plain + String(repeating: "<'`|", count: 250_000) : plain
    }
  }

  /// A report in which every name is so.
  var report: CheckReport { .sample(tables: 4, findings: 6, naming: name) }
}
