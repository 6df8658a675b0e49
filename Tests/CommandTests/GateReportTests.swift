import Foundation
import TestSupport
import Testing

@Suite("Reports of the gate", .besideOthers)
struct GateReportTests {
  private static let quick = ["gate", "--no-mutate", "--skip", "down", "--skip", "locks"]

  @Test("one run writes every format, each with what was found")
  func formats() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write(
        "policies/020.sql", "CREATE POLICY open ON rooms FOR SELECT TO app_user USING (true);")
      try project.commit()
      let formats = ["json", "junit", "sarif", "github", "markdown", "gitlab", "html"]
      let summary = project.directory + "/summary.md"
      try project.write("summary.md", "# before\n")
      let gate = try project.run(
        Self.quick + ["--format", "github"]
          + formats.flatMap { ["--report", "\($0)=out.\($0)"] },
        environment: ["GITHUB_STEP_SUMMARY": summary])
      #expect(gate.status == 1, "\(gate)")
      #expect(gate.stdout.contains("::error file=policies/020.sql,line=1"), "\(gate)")
      for format in formats {
        #expect(try project.read("out.\(format)").contains("public.rooms"), "\(format)")
      }
      let written = try project.read("summary.md")
      #expect(written.hasPrefix("# before\n") && written.contains("using-true"))
    }
  }

  @Test("paths are those of the repository, from wherever in it the gate is run")
  func subfolder() throws {
    try withBareProject { project in
      let shop = Project(directory: project.directory + "/services/shop")
      try shop.write("migrations/.keep", "")
      try shop.writeShop()
      try shop.write("migrations/2_rooms.down.sql", "SELECT 1;")
      try project.commit()
      let arguments = ["gate", "--no-mutate", "--skip", "verify-rls", "--changed-since", "main"]
      try shop.migration("3_more", "ALTER TABLE rooms ADD COLUMN more text;")
      try shop.write("migrations/3_more.down.sql", "SELECT 1;")
      let gate = try shop.run(arguments + ["--format", "github"])
      #expect(
        gate.stdout.contains("::error file=services/shop/migrations/3_more.down.sql,line=1"),
        "\(gate)")
      // Only the new one was tried, and it stands on the one that was there.
      #expect(!gate.stdout.contains("2_rooms.down"), "\(gate)")
    }
  }

  @Test("the newest gate becomes a page, or any other form; without one it is said what to do")
  func report() throws {
    try withBareProject { project in
      try project.writeShop()
      let none = try project.run("report")
      #expect(none.status == 2 && none.stderr.contains("run dbtool gate first"), "\(none)")
      let gate = try project.run(Self.quick + ["--format", "json", "--output", "gate.json"])
      #expect(gate.status == 0, "\(gate)")
      let page = try project.run("report")
      #expect(page.status == 0 && page.stderr.contains("report.html"), "\(page)")
      #expect(try project.read(".dbtool/report.html").contains("public.rooms"))
      let markdown = try project.run("report", "--from", "gate.json", "--format", "markdown")
      #expect(markdown.status == 0 && markdown.stdout.contains("public.rooms"), "\(markdown)")
      try project.write("gate.json", "{}")
      let broken = try project.run("report", "--from", "gate.json")
      #expect(broken.status == 2 && broken.stderr.contains("gate --format json"), "\(broken)")
    }
  }

  @Test("a gate that cannot be remembered says what it found all the same")
  func notRemembered() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.write(".dbtool/reports", "a file where the folder should be")
      let gate = try project.run(Self.quick)
      #expect(gate.status == 0 && gate.stdout.contains("passed in"), "\(gate)")
      #expect(gate.stderr.contains("is not remembered"), "\(gate)")
    }
  }

  @Test("links of the project lead neither its reports nor its memory to other files")
  func links() throws {
    try withBareProject { project in
      try project.writeShop()
      let elsewhere = project.directory + "-elsewhere"
      let made = try project.shell(
        """
        mkdir '\(elsewhere)' && cd '\(elsewhere)' && echo mine > file && mkdir 9.json \
        && for n in $(seq 60); do echo mine > 202601010000$n-gate.json; done
        """)
      defer { _ = try? project.shell("rm -rf '\(elsewhere)'") }
      #expect(made.status == 0, "\(made)")
      _ = try project.shell(
        "ln -s '\(elsewhere)/file' a.html; ln -s '\(elsewhere)' b; mkdir .dbtool; ln -s '\(elsewhere)' .dbtool/reports"
      )
      for path in ["a.html", "b/new.html", "\(project.directory)/a.html"] {
        let report = try project.run(Self.quick + ["--report", "html=\(path)"])
        #expect(report.status == 2 && report.stderr.contains("is a link"), "\(report)")
        let output = try project.run(Self.quick + ["--output", path])
        #expect(output.status == 2 && output.stderr.contains("is a link"), "\(output)")
      }
      _ = try project.shell("ln -s '\(elsewhere)/baseline.json' dbtool-baseline.json")
      let baseline = try project.run(Self.quick + ["--write-baseline"])
      #expect(baseline.status == 2 && baseline.stderr.contains("is a link"), "\(baseline)")
      let gate = try project.run(Self.quick)
      #expect(gate.status == 0 && gate.stderr.contains("reports is a link"), "\(gate)")
      let fromElsewhere = try project.shell(
        "cd /usr && \"$dbtool\" \(Self.quick.joined(separator: " ")) --config '\(project.directory)/dbtool.yaml' "
          + "--report html='\(project.directory)/a.html'")
      #expect(
        fromElsewhere.status == 2 && fromElsewhere.stderr.contains("is a link"), "\(fromElsewhere)")
      let left = try project.shell(
        "cd '\(elsewhere)'; ls | wc -l; cat file 2026*-gate.json | sort -u")
      #expect(left.stdout.split(separator: "\n").map { $0.filter { $0 != " " } } == ["62", "mine"])
    }
  }

  @Test("only the oldest of its own reports go; what else lies there stays")
  func forgotten() throws {
    try withBareProject { project in
      try project.writeShop()
      let made = try project.shell(
        """
        mkdir -p .dbtool/reports/folder.json && cd .dbtool/reports && echo 1 > customers.json \
        && for n in $(seq 10 69); do echo '{}' > 20260101T0000$n-gate.json; done
        """)
      #expect(made.status == 0, "\(made)")
      #expect(try project.run(Self.quick).status == 0)
      let left = try project.shell("ls .dbtool/reports").stdout.split(separator: "\n")
      #expect(left.filter { $0.hasSuffix("-gate.json") }.count == 50, "\(left)")
      #expect(!left.contains("20260101T000010-gate.json"))
      #expect(left.contains("customers.json") && left.contains("folder.json"))
    }
  }

  @Test("on a runner of GitHub's, what a migration says is no command to it")
  func workflowCommands() throws {
    try withBareProject { project in
      try project.writeShop()
      try project.migration(
        "3_x",
        #"""
        DO $$ BEGIN RAISE EXCEPTION E'm ##[add-mask]passed'
          USING DETAIL = E'd\n::add-mask::passed', HINT = E'h\n::stop-commands::x'; END $$;
        """#)
      for format in ["text", "markdown", "json", "github"] {
        let gate = try project.run(
          Self.quick + ["--format", format], environment: ["GITHUB_ACTIONS": "true"])
        #expect(gate.status == 1, "\(gate)")
        let all = gate.stdout + "\n" + gate.stderr
        #expect(all.contains("add-mask") && !all.contains("##[add-mask"), "\(gate)")
        let commands = all.split(separator: "\n").filter {
          $0.drop { $0 == " " }.hasPrefix("::") && !$0.contains(/^::(?:error|warning|notice)\b/)
        }
        #expect(commands.isEmpty, "\(gate)")
      }
      let elsewhere = try project.run(Self.quick)
      #expect(elsewhere.stdout.contains("::stop-commands::x"), "\(elsewhere)")
    }
  }

  @Test("lint and verify-rls have the formats too, and a command without findings refuses them")
  func otherCommands() throws {
    try withProject { project in
      try project.writeShop()
      try project.migration("3_x", "DROP TABLE rooms;")
      let lint = try project.run("lint", "--format", "gitlab", "--report", "sarif=lint.sarif")
      #expect(lint.status == 1 && lint.stdout.contains("drop-table"), "\(lint)")
      #expect(try project.read("lint.sarif").contains("drop-table"))
      try project.remove("migrations/3_x.up.sql")
      #expect(try project.run("migrate", "up").status == 0)
      #expect(try project.run("policies", "apply", "--allow-loosening").status == 0)
      let verify = try project.run("verify-rls", "--format", "junit")
      #expect(verify.status == 0 && verify.stdout.contains("<testsuite"), "\(verify)")
      let runs = try project.run("runs", "--format", "sarif")
      #expect(runs.status == 2 && runs.stderr.contains("it has text, json"), "\(runs)")
    }
  }

  @Test("a file that cannot be written is refused before anything is done")
  func unwritable() throws {
    try withBareProject { project in
      try project.writeShop()
      for report in ["html=none/x.html", "pdf=x", "html"] {
        let gate = try project.run("gate", "--report", report)
        #expect(gate.status == 2 && !gate.stderr.contains("lint"), "\(gate)")
      }
    }
  }
}
