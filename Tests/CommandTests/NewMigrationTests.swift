import TestSupport
import Testing

@Suite("New migrations", .besideOthers)
struct NewMigrationTests {
  @Test("come after the newest file, also one of the future, and plain numbers go on")
  func versions() throws {
    try withBareProject { project in
      #expect(try project.run("new", "first").status == 0)
      try project.write("migrations/20990101000000_later.up.sql", "SELECT 1")
      let next = try project.run("new", "next")
      #expect(next.stdout.contains("20990101000001_next.up.sql"), "\(next)")
    }
    try withBareProject { project in
      try project.write("dbtool.yaml", "layout: goose\n")
      try project.write("migrations/00007_a.sql", "-- +goose Up\nSELECT 1;\n")
      let next = try project.run("new", "b")
      #expect(next.stdout == "created migrations/8_b.sql\n", "\(next)")
      #expect(try project.read("migrations/8_b.sql").contains("-- +goose Down"))
    }
  }

  /// Runs `body` with a repository whose branch `main` has migrations 1 to 3, on a branch of it that
  /// parted after 2.
  private func withBranch(_ body: (Project) throws -> Void) throws {
    try withBareProject { project in
      func git(_ line: String) throws {
        let identity = "-c user.name=t -c user.email=t@example.test -c commit.gpgsign=false"
        let outcome = try project.shell("git \(identity) \(line)")
        #expect(outcome.status == 0, "\(line): \(outcome)")
      }
      try git("init -q -b main .")
      try project.migration("1_a", "CREATE TABLE a ()")
      try project.migration("2_b", "CREATE TABLE b ()")
      try git("add .")
      try git("commit -q -m one")
      try git("checkout -q -b mine")
      try git("checkout -q main")
      try project.migration("3_theirs", "CREATE TABLE c ()")
      try git("add .")
      try git("commit -q -m two")
      try git("checkout -q mine")
      try body(project)
    }
  }

  @Test("the newest of the main branch counts as well, though this branch does not have it")
  func mainBranch() throws {
    try withBranch { project in
      let new = try project.run("new", "mine")
      #expect(new.stdout.contains("4_mine.up.sql"), "\(new)")
      let check = try project.run("new", "--check")
      #expect(check.status == 0 && check.stdout.contains("go with those of main"), "\(check)")
    }
  }

  @Test("in CI a version that the main branch has, an older one and a changed file are conflicts")
  func conflicts() throws {
    try withBranch { project in
      try project.migration("3_mine", "CREATE TABLE d ()")
      try project.migration("2_b", "CREATE TABLE other ()")
      let check = try project.run("new", "--check", "--base", "main")
      #expect(check.status == 1, "\(check)")
      #expect(check.stdout.contains("3_mine.up.sql has the version of 3_theirs.up.sql on main"))
      #expect(check.stdout.contains("2_b.up.sql was changed here"), "\(check)")
      try project.remove("migrations/3_mine.up.sql")
      try project.migration("2_b", "CREATE TABLE b ()")
      try project.migration("0_zero", "SELECT 1")
      try project.remove("migrations/0_zero.up.sql")
      #expect(try project.run("new", "--check").status == 0)
    }
  }

  @Test("what git says on standard error beside its answer is no part of the answer")
  func chattyGit() throws {
    try withBranch { project in
      try project.write(".gitconfig", "[trace2]\n  normalTarget = 2\n")
      try project.migration("3_mine", "CREATE TABLE d ()")
      let check = try project.run(
        ["new", "--check"], environment: ["HOME": project.directory])
      #expect(check.status == 1 && check.stdout.contains("has the version of 3_theirs"), "\(check)")
    }
  }

  @Test("one that is older than the newest of the main branch, unless it says that it may be")
  func older() throws {
    try withBranch { project in
      _ = try project.shell("git checkout -q main")
      try project.remove("migrations/2_b.up.sql")
      _ = try project.shell(
        "git add -A; git -c user.name=t -c user.email=t@example.test commit -q -m three")
      _ = try project.shell("git checkout -q -b late")
      try project.migration("2_late", "CREATE TABLE late ()")
      let check = try project.run("new", "--check", "--format", "json")
      #expect(check.status == 1 && check.stdout.contains("\"older\""), "\(check)")
      try project.migration("2_late", "-- dbtool: out-of-order\nCREATE TABLE late ()")
      #expect(try project.run("new", "--check").status == 0)
      // A squash removes what it stands for.
      try project.remove("migrations/2_late.up.sql")
      let squash = try project.run("migrate", "squash", "--yes")
      #expect(squash.status == 0, "\(squash)")
      let squashed = try project.run("new", "--check")
      #expect(squashed.status == 0, "\(squashed)")
    }
  }

  @Test(
    "what cannot be compared is refused",
    arguments: [
      (["--check", "--base", "nowhere"], "no branch or commit \"nowhere\""),
      (["--check", "--base=--exec=x"], "no branch or commit"),
      (["--check", "name"], "leave the name out"),
      ([], "give the new migration a name"),
    ])
  func refusals(arguments: [String], reason: String) throws {
    try withBranch { project in
      let outcome = try project.run(["new"] + arguments)
      #expect(outcome.status == 2 && outcome.stderr.contains(reason), "\(outcome)")
    }
  }

  @Test("without git there is nothing to compare with, and new ones are made all the same")
  func withoutRepository() throws {
    try withBareProject { project in
      try project.migration("1_a", "SELECT 1")
      let check = try project.run("new", "--check")
      #expect(check.status == 2 && check.stderr.contains("no main branch"), "\(check)")
      #expect(try project.run("new", "b").stdout.contains("2_b.up.sql"))
    }
  }
}
