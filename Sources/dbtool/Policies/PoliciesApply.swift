import ArgumentParser
import DatabaseInstrumentation
import Isolation
import Policies
import Postgres
import Reports
import Wording

extension PoliciesCommand {
  /// `dbtool policies apply`.
  struct Apply: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "apply",
      abstract: "Make the database as the files say, in one transaction.",
      discussion: """
        The tables that change are locked together for a short time, are changed, and before COMMIT \
        real queries try whether one tenant reaches another one's rows in them; if so, everything is \
        rolled back. When the locks do not come within half of --lock-timeout, the attempt is given \
        up and tried again later, so that no query waits behind it for longer than that time.

        What would let more rows through than before needs a yes, or --allow-loosening; not on a local \
        server of dbtool's own (ephemeral:), which has nobody's data.

        Examples:
          dbtool policies apply --dry-run
          dbtool policies apply
          dbtool policies apply --allow-loosening --lock-timeout 2s
        """)
    @OptionGroup(title: "Options of every command") var global: GlobalOptions
    @Flag(help: "Only say what would be done.")
    var dryRun = false
    @Flag(help: "Agree to changes that let more through, or of which that cannot be excluded.")
    var allowLoosening = false
    @Flag(inversion: .prefixedNo, help: "Try before COMMIT whether tenants are kept apart.")
    var verify = true
    @Option(help: "How long others may have to wait, for example 2s (default: 5s).")
    var lockTimeout: LockTimeout?

    var memory: RunMemory? { dryRun ? .check("policies apply") : .change("policies apply") }

    func run(in session: Session) throws -> ExitStatus {
      let console = session.console
      let directory = try PoliciesCommand.directory(session)
      let runner = PoliciesCommand.runner(session, lockTimeout: lockTimeout)
      let settings = directory.manifest.map {
        ContextSettings(
          tenant: $0.plainSetting ?? session.configuration.tenancy.setting,
          user: session.configuration.tenancy.userSetting)
      }
      let connection = try session.connect(settings: settings)
      let plan = try runner.plan(directory, on: connection)
      // What dbtool serves on this machine has nobody's data.
      let isAgreed = allowLoosening || session.isLocal
      if dryRun || plan.isEmpty {
        try console.result(PolicyReports.plan(plan, asks: !isAgreed), json: PolicyPlanJSON(plan))
        return .good
      }
      var consent = PolicyConsent(
        isUnconditional: isAgreed, agrees: { try agrees(to: $0, console) })
      consent.progress = { console.progress($0) }
      if verify, let manifest = plan.manifest {
        let verification = PolicyVerification(
          manifest: manifest, desired: try DesiredState.read(manifest, on: connection),
          session: session, connection: connection)
        consent.verify = { try verification.verify($0, until: $1) }
      }
      console.status("policies: waiting for locks and applying")
      defer { console.clearStatus() }
      let done = try runner.apply(plan, on: connection, consent: consent)
      session.run.count("files", done.applied.count)
      session.run.count("objects", done.changed.count)
      for notice in connection.takeNotices() { console.detail(notice) }
      for name in done.forgotten {
        console.warning(
          "\(name) is gone: the policies that it made stay in the database until a file drops them")
      }
      try console.result(
        PolicyReports.done(done, plan, isVerified: consent.verify != nil),
        json: PolicyPlanJSON(plan, done: done))
      return .good
    }

    /// Asks a person about what would let more through.
    private func agrees(to objects: [ObjectChange], _ console: Console) throws -> Bool {
      guard console.format == .text, Console.somebodyIsThere
      else { return false }
      for object in objects {
        console.progress("\(object.object): \(object.effect.rawValue)")
        for change in object.changes { console.progress("  " + PolicyReports.line(change)) }
      }
      return try console.isAgreed(
        "This may let more through than before. Apply \(objects.count == 1 ? "it" : "them")?")
    }
  }
}
