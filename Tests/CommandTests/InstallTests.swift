import Foundation
import TestSupport
import Testing

@Suite("Installed", .besideOthers)
struct InstallTests {
  @Test(
    "make install brings program, completions, manual and example; make uninstall leaves nothing")
  func installs() throws {
    try withTemporaryDirectory { folder in
      let made = try make("install", into: folder)
      #expect(made.status == 0, "\(made)")
      let installed = try files(in: folder)
      for path in [
        "bin/dbtool", "share/bash-completion/completions/dbtool",
        "share/zsh/site-functions/_dbtool", "share/fish/vendor_completions.d/dbtool.fish",
        "share/man/man1/dbtool.1", "share/man/man1/dbtool-migrate-up.1",
        "share/doc/dbtool/LICENSE", "share/doc/dbtool/docs/migrations.md",
        "share/doc/dbtool/examples/hospitality/dbtool.yaml",
      ] {
        #expect(installed.contains("opt/" + path))
      }
      // What others have put there stays.
      try Data().write(to: URL(filePath: folder + "/opt/share/man/man1/dbtools.1"))
      let unmade = try make("uninstall", into: folder)
      #expect(unmade.status == 0, "\(unmade)")
      #expect(try files(in: folder) == ["opt/share/man/man1/dbtools.1"])
    }
  }

  @Test("what is not built is not installed, and the way to build it is told")
  func notBuilt() throws {
    try withTemporaryDirectory { folder in
      let made = try make("install", into: folder, binary: folder + "/missing")
      #expect(made.status != 0 && made.stderr.contains("make release"), "\(made)")
      #expect(try files(in: folder).isEmpty)
    }
  }

  @Test(
    "the manual tells exit codes, variables, files and examples, and each page is proper roff",
    .enabled(if: Shell.manual != nil, "man is not installed"))
  func manual() throws {
    let man = try #require(Shell.manual)
    try withTemporaryDirectory { folder in
      let written = try Tool.start(
        [Tool.path, folder], program: SharedTestData.packageRoot + "/scripts/manual",
        environment: ["SOURCE_DATE_EPOCH": "86400"], directory: folder
      ).wait()
      #expect(written.status == 0, "\(written)")
      let pages = try files(in: folder)
      #expect(pages.count > 30)
      for page in pages {
        let read = try Tool.start(
          ["--warnings", "-E", "UTF-8", "-l", page], program: man, directory: folder
        ).wait()
        #expect(read.status == 0 && read.stderr.isEmpty, "\(page): \(read.stderr)")
        guard page == "dbtool.1" else { continue }
        for heading in ["ENVIRONMENT", "FILES", "EXAMPLES", "EXIT STATUS", "SEE ALSO"] {
          #expect(read.stdout.contains("\n\(heading)\n"))
        }
        #expect(read.stdout.contains("1970-01-02") && read.stdout.contains("--version"))
      }
    }
  }

  @Test("bash completes", .enabled(if: Shell.bash != nil, "bash is not installed"))
  func bash() throws {
    let shell = try #require(Shell.bash)
    try check { line, folder in
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      let last = words.last ?? ""
      let script = """
        source <("$dbtool" --generate-completion-script bash)
        COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))) COMP_CWORD=\(words.count - 1)
        COMP_LINE='\(line)' COMP_POINT=\(line.count) COMP_TYPE=9
        function=$(complete -p dbtool | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        "$function" dbtool '\(last)' '\(words.dropLast().last ?? "")'
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      return try run(shell, ["--norc", "-c", script], in: folder)
    }
  }

  @Test("zsh completes", .enabled(if: Shell.zsh != nil, "zsh is not installed"))
  func zsh() throws {
    let shell = try #require(Shell.zsh)
    try check { line, folder in
      // A terminal of its own, in which the keys are pressed that a person presses. The last key
      // tells what stands on the line then.
      let script = """
        zmodload zsh/zpty
        "$dbtool" --generate-completion-script zsh >_dbtool
        zpty keys zsh -f -i
        zpty -w keys "fpath=($PWD \\$fpath); autoload -Uz compinit; compinit -u -D"
        zpty -w keys "tell() { print -r -- \\"\\$BUFFER\\" >part; mv part line; }"
        zpty -w keys "zle -N tell; bindkey '^I' menu-complete; bindkey '^X' tell; rea''dy=1"
        zpty -w keys "print -r -- \\$ready >ready"
        while [[ ! -s ready ]]; do zpty -r -t keys _ || sleep 0.05; done
        zpty -w -n keys '\(line)'$'\\t\\x18'
        while [[ ! -s line ]]; do zpty -r -t keys _ || sleep 0.05; done
        zpty -d keys
        read -r line <line
        print -r -- ${line##* }
        """
      return try run(shell, ["-f", "-c", script], in: folder)
    }
  }

  @Test("fish completes", .enabled(if: Shell.fish != nil, "fish is not installed"))
  func fish() throws {
    let shell = try #require(Shell.fish)
    try check { line, folder in
      let script = """
        $dbtool --generate-completion-script fish | source
        complete -C '\(line)' | string replace -r '\\t.*' ''
        """
      return try run(shell, ["--no-config", "-c", script], in: folder)
    }
  }

  /// Commands, options and values, and what is none.
  private func check(_ complete: (_ line: String, _ folder: String) throws -> [String]) throws {
    let expected = [
      "dbtool mig": "migrate", "dbtool migrate sq": "squash", "dbtool verify-rls --mut": "--mutate",
      "dbtool lint --format js": "json",
    ]
    for (line, word) in expected {
      try withTemporaryDirectory { folder in
        let completed = try complete(line, folder)
        #expect(completed == [word], "\(line)")
      }
    }
    try withTemporaryDirectory { folder in
      let completed = try complete("dbtool migrate frobni", folder)
      #expect(!completed.contains { $0.hasPrefix("frobnic") })
    }
  }

  private func run(_ shell: String, _ arguments: [String], in folder: String) throws -> [String] {
    let outcome = try Tool.start(
      arguments, program: shell,
      environment: ["dbtool": Tool.path, "HOME": folder, "TERM": "xterm"], directory: folder
    ).wait()
    return outcome.stdout.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private func make(
    _ target: String, into folder: String, binary: String = Tool.path
  ) throws -> Outcome {
    try Tool.start(
      [
        "make", "--silent", "-C", SharedTestData.packageRoot, target, "BINARY=\(binary)",
        "DESTDIR=\(folder)", "PREFIX=/opt",
      ], program: "/usr/bin/env", directory: folder
    ).wait()
  }

  private func files(in folder: String) throws -> [String] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: folder)
    return all.filter { path in
      var isFolder: ObjCBool = false
      let isThere = FileManager.default.fileExists(
        atPath: folder + "/" + path, isDirectory: &isFolder)
      return isThere && !isFolder.boolValue
    }
  }
}

/// The programs that read what is installed; nil where they are not there.
private enum Shell {
  static let bash = path("bash")
  static let zsh = path("zsh")
  static let fish = path("fish")
  static let manual = path("man")

  private static func path(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile)
  }
}
