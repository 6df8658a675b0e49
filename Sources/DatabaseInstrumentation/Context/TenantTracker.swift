package import Postgres
package import SQLSyntax

/// Follows the settings of a session that tell whose data it works on.
///
/// It keeps of each setting what PostgreSQL keeps: the value in force, and the one that is in force
/// again when the transaction has ended well (PostgreSQL manual, SET).
package struct TenantTracker: Sendable {
  /// A setting that the server cleans, and that may name a tenant behind this prefix.
  private static let application = "application_name"
  private static let prefix = "tenant-"
  /// The settings behind SET ROLE and SET SESSION AUTHORIZATION.
  private static let roles: Set<String> = ["role", "session_authorization"]

  /// The values of all settings at one moment.
  private struct Values {
    var inForce: [String?]
    /// What is in force after the transaction.
    var lasting: [String?]
    /// False after something whose effect only the server knows.
    var isCertain = true
    var isLastingCertain = true

    mutating func endLocal() {
      inForce = lasting
      isCertain = isLastingCertain
    }
  }

  private struct Savepoint {
    var name: String
    var values: Values
  }

  private let names: [String]
  private let initial: [String?]
  private let transport: Transport
  private let serverVersion: Int
  private var values: Values
  private var savepoints: [Savepoint] = []
  /// The values when the transaction began; nil outside one that BEGIN began.
  private var atBegin: Values?
  /// The values when the transaction began that the server makes by itself for a pipeline.
  private var atImplicitBegin: Values?
  private var hasDefinitions = false

  /// The tenant that the session works for; nil for none, and while it is not certain.
  package private(set) var tenant: String?

  /// A session in which nothing was set yet.
  package init(
    settings: ContextSettings, transport: Transport, serverVersion: Int = 0,
    applicationName: String? = nil
  ) {
    names = [settings.tenant, settings.user, Self.application].map(SessionEffect.folded)
    initial = [nil, nil, applicationName]
    self.transport = transport
    self.serverVersion = serverVersion
    values = Values(inForce: initial, lasting: initial)
    findTenant()
  }

  /// The user that is set; nil for none, and while it is not certain.
  package var user: String? { values.isCertain ? values.inForce[1] : nil }

  /// True while a transaction is open that BEGIN began.
  package var isInTransaction: Bool { atBegin != nil }

  /// False when only the server knows the values.
  package var isCertain: Bool { values.isCertain }

  /// True when a setting would outlive the transaction: the next user of the session would find it.
  package var hasLastingValues: Bool { values.lasting != initial || !values.isLastingCertain }

  /// The settings to ask the server for.
  package var question: PipelineStatement {
    let calls = names.indices.map { "current_setting($\($0 + 1)::text, true)" }
    return PipelineStatement(
      "SELECT " + calls.joined(separator: ", "), names.map { Parameter.text($0) })
  }

  /// Takes over the server's answer to `question`.
  package mutating func learn(_ answer: QueryResult) {
    guard let row = answer.rows.first, row.count == names.count else { return }
    values.inForce = names.indices.map { row[$0] }
    values.isCertain = true
    // Inside a transaction nothing is said of what will be in force behind it.
    if atBegin == nil, transport == .libpq {
      values.lasting = values.inForce
      values.isLastingCertain = true
    }
    findTenant()
  }

  /// Something happened that the texts do not tell.
  package mutating func lose() {
    values.isCertain = false
    values.isLastingCertain = false
    findTenant()
  }

  /// A statement with these effects ran well.
  package mutating func apply(
    _ effects: [SessionEffect], _ parameters: [Parameter], _ result: QueryResult
  ) {
    guard !effects.isEmpty else { return }
    for effect in effects { apply(effect, parameters, result) }
    findTenant()
  }

  /// A statement that is about to be sent in a transaction of the server's own making.
  package mutating func beginImplicit() {
    if atBegin == nil, atImplicitBegin == nil { atImplicitBegin = values }
  }

  /// The server says where the session stands: a COMMIT that is refused ends the transaction as well.
  package mutating func settle(_ status: TransactionStatus) {
    guard status == .idle, atBegin != nil else { return }
    rollback()
    findTenant()
  }

  /// The transaction that the server made by itself ended.
  package mutating func endImplicit(wasGood: Bool) {
    defer { atImplicitBegin = nil }
    guard atBegin == nil, let start = atImplicitBegin else { return }
    if wasGood { commit() } else { values = start }
    findTenant()
  }

  /// The values that a statement with these effects would leave of the tenant and the user; nil for what
  /// cannot be told before.
  package func outcome(of effects: [SessionEffect], _ parameters: [Parameter]) -> [String??] {
    var outcome = [String??](repeating: nil, count: 2)
    for effect in effects {
      switch effect {
      case .set(let name, let value, _):
        guard let index = names.firstIndex(of: name), index < 2 else { continue }
        outcome[index] = text(value, parameters, at: index)
      case .call(let call):
        guard case .some(.some(let name)) = text(call.name, parameters, at: nil),
          let index = names.firstIndex(of: SessionEffect.folded(name)), index < 2
        else { continue }
        outcome[index] = text(call.value, parameters, at: index)
      case .resetAll, .discardAll: outcome = [.some(initial[0]), .some(initial[1])]
      default: continue
      }
    }
    return outcome
  }

  /// True when a statement with these effects takes on another role.
  package func changesRole(_ effects: [SessionEffect], _ parameters: [Parameter]) -> Bool {
    effects.contains { effect in
      switch effect {
      case .set(let name, _, _): return Self.roles.contains(name)
      case .call(let call):
        guard case .some(.some(let name)) = text(call.name, parameters, at: nil) else {
          return false
        }
        return Self.roles.contains(SessionEffect.folded(name))
      default: return false
      }
    }
  }

  private mutating func apply(
    _ effect: SessionEffect, _ parameters: [Parameter], _ result: QueryResult
  ) {
    switch effect {
    case .begin: if atBegin == nil { begin() }
    case .commit(let chains):
      // The server rolls back what had failed, and says so.
      if result.commandTag == "ROLLBACK" { rollback() } else { commit() }
      if chains { begin() }
    case .rollback(let chains):
      rollback()
      if chains { begin() }
    case .savepoint(let name): savepoints.append(Savepoint(name: name, values: values))
    case .release(let name):
      if let index = savepoints.lastIndex(where: { $0.name == name }) {
        savepoints.removeSubrange(index...)
      }
    case .rollbackTo(let name):
      if let index = savepoints.lastIndex(where: { $0.name == name }) {
        values = savepoints[index].values
        savepoints.removeSubrange((index + 1)...)
      }
    case .set(let name, let value, let isLocal):
      guard let index = names.firstIndex(of: name) else { return }
      set(index, text(value, parameters, at: index), isLocal: isLocal)
    case .call(let call): apply(call, parameters, result)
    case .resetAll:
      for index in names.indices { set(index, .some(initial[index]), isLocal: false) }
    case .discardAll:
      values = Values(inForce: initial, lasting: initial)
      hasDefinitions = false
      commit()
    case .defines: hasDefinitions = true
    case .runsDefined: if hasDefinitions { lose() }
    case .unknown: lose()
    }
  }

  private mutating func apply(
    _ call: SessionEffect.Call, _ parameters: [Parameter], _ result: QueryResult
  ) {
    let isToldByRows = !result.columns.isEmpty
    if isToldByRows, result.rows.isEmpty { return }
    guard case .some(.some(let name)) = text(call.name, parameters, at: nil) else { return lose() }
    guard let index = names.firstIndex(of: SessionEffect.folded(name)) else { return }
    let isLocal: Bool
    switch call.isLocal {
    case .value(let value): isLocal = value
    case .parameter(let number):
      guard case .text(let text) = parameter(number, parameters) else {
        isLocal = false
        break
      }
      guard let truth = SQLTruth(text) else { return lose() }
      isLocal = truth.value
    }
    if isToldByRows, let column = call.column, column < result.columns.count {
      // What the function gives back is the value as the server took it.
      set(index, .some(result.rows.last?[column] ?? ""), isLocal: isLocal)
    } else {
      set(index, text(call.value, parameters, at: index), isLocal: isLocal)
    }
  }

  /// - Parameter value: The value; nil when it is not known, and a nil inside for none.
  private mutating func set(_ index: Int, _ value: String??, isLocal: Bool) {
    guard case .some(let value) = value else { return lose() }
    let clean = index == 2 ? value.map(cleaned) : value
    values.inForce[index] = clean
    if !isLocal { values.lasting[index] = clean }
  }

  private func text(
    _ value: SessionEffect.Value, _ parameters: [Parameter], at index: Int?
  ) -> String?? {
    switch value {
    case .text(let text): return .some(text)
    case .parameter(let number):
      switch parameter(number, parameters) {
      case .text(let text): return .some(text)
      case .null: return index.map { initial[$0] }
      case nil: return nil
      }
    case .initial: return index.map { initial[$0] }
    case .current: return index.map { values.inForce[$0] }
    case .computed: return nil
    }
  }

  private func parameter(_ number: Int, _ parameters: [Parameter]) -> Parameter? {
    parameters.indices.contains(number - 1) ? parameters[number - 1] : nil
  }

  private mutating func begin() {
    atBegin = atImplicitBegin ?? values
    savepoints = []
  }

  private mutating func commit() {
    if transport == .dataAPI {
      // The next statement may reach another session.
      values = Values(inForce: initial, lasting: initial)
    } else {
      values.endLocal()
    }
    atBegin = nil
    // What follows in a pipeline is a transaction of its own.
    atImplicitBegin = nil
    savepoints = []
  }

  private mutating func rollback() {
    if let start = atBegin ?? atImplicitBegin { values = start }
    atBegin = nil
    atImplicitBegin = nil
    savepoints = []
  }

  private mutating func findTenant() {
    tenant = nil
    guard values.isCertain else { return }
    if let id = values.inForce[0], !id.isEmpty {
      tenant = id
    } else if let name = values.inForce[2], name.utf8.starts(with: Self.prefix.utf8) {
      let id = name.dropFirst(Self.prefix.count)
      tenant = id.isEmpty ? nil : String(id)
    }
  }

  /// `application_name` as the server keeps it: 63 bytes, of ASCII only.
  private func cleaned(_ name: String) -> String {
    var bytes = Array(name.utf8)
    if bytes.count > 63 {
      var end = 63
      while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      bytes.removeSubrange(end...)
    }
    var clean: [UInt8] = []
    for byte in bytes {
      if (32...126).contains(byte) {
        clean.append(byte)
      } else if serverVersion >= 160_000 {
        // Since PostgreSQL 16 the bytes are shown, before that a question mark.
        let digits = Array("0123456789abcdef".utf8)
        clean += [92, 120, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        clean.append(63)
      }
    }
    return String(decoding: clean, as: UTF8.self)
  }
}
