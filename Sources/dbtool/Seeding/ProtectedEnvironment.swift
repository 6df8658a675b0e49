import ArgumentParser
import Databases
import Postgres

/// The option of commands that destroy data.
struct ProtectionOptions: ParsableArguments {
  @Flag(help: "Do it in an environment that dbtool.yaml calls protected as well.")
  var allowProtected = false
}

/// Environments that `dbtool.yaml` calls protected, in which nothing is destroyed by mistake.
enum ProtectedEnvironment {
  /// Refuses to destroy data in a protected environment.
  ///
  /// It is protected by whatever way it is named: `--env`, `--url`, `DATABASE_URL` or `url`.
  ///
  /// - Parameter what: What would be done, for example `remove a tenant`.
  /// - Throws: `UsageError`.
  static func check(_ session: Session, _ options: ProtectionOptions, _ what: String) throws {
    guard !options.allowProtected, let name = name(of: session) else { return }
    throw UsageError(
      "environment \(name) is protected: dbtool does not \(what) there",
      remedy: "give --allow-protected if it is meant")
  }

  /// The protected environment that a session is about; nil for none.
  private static func name(of session: Session) -> String? {
    let environments = session.configuration.environments
    if let name = session.environmentName, environments[name]?.isProtected == true {
      return name
    }
    guard let target = session.url.flatMap({ place($0) }) else { return nil }
    return environments.filter { $0.value.isProtected }.keys.sorted().first { name in
      environments[name]?.url.flatMap { place($0) } == target
    }
  }

  /// Where a URL leads, whoever logs in and with which options.
  private static func place(_ url: String) -> String? {
    switch try? DatabaseURL(url) {
    case .libpq(let conninfo), .awsLogin(_, let conninfo):
      let settings = LibPQConnection.settings(ofConninfo: conninfo) ?? [:]
      if let service = settings["service"], settings["dbname"] == nil {
        return "service " + service
      }
      let host = (settings["host"] ?? settings["hostaddr"] ?? "").lowercased()
      let database = settings["dbname"] ?? settings["user"] ?? ""
      return "\(host) \(settings["port"] ?? "5432") \(database)"
    case .dataAPI(let address): return address.cluster + " " + (address.database ?? "")
    case .named(let name): return "ephemeral " + name
    case .ephemeral, nil: return nil
    }
  }
}
