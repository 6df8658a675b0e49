internal import DatabaseInstrumentation
internal import Postgres
internal import SQLSyntax

/// Makes the calls of one function.
struct FunctionCalls {
  var routine: Routine
  /// What runs when it is called.
  var sources: RoutineSources
  var types: [String: ArgumentType]
  var stage: Stage
  /// The values of the rows on it.
  var values: StageValues
  /// So many calls in one context and no more: each text is tried in each argument of a function
  /// that runs text.
  private let limit: Int

  init(
    routine: Routine, sources: RoutineSources, types: [String: ArgumentType], stage: Stage,
    values: StageValues
  ) {
    self.values = values
    self.routine = routine
    self.sources = sources
    limit = sources.runsText ? 144 : 48
    self.types = types
    self.stage = stage
  }

  /// The calls by one role with values of `target`.
  func calls(by actor: Actor, target: Int, isUnset: Bool) throws -> [FunctionProbes.Leak] {
    let caller = (target + 1) % stage.tenants.count
    let lists = argumentLists(caller: caller, target: target)
    // With an empty tenant too, and with none: a function may then take a branch of its own, which
    // rarely looks at the arguments.
    let tenant = Trial.Context.tenant(stage.context(of: caller))
    let contexts: [(actor: Int?, context: Trial.Context, limit: Int)] =
      isUnset ? [(nil, .unset, 12)] : [(caller, tenant, limit), (nil, .empty, 12)]
    let markers = values.markers[target].filter { marker in
      // That a policy's helper says whose a row is, to whom knows its id, shows nothing of the row.
      routine.policyRelations.isEmpty || marker != stage.tenants[target]
    }
    let foreign = values.all[target]
    return try contexts.flatMap { actorNumber, context, limit in
      try lists.prefix(limit).map { arguments in
        let unknown = markers.filter { marker in
          !arguments.contains { $0.value?.contains(marker) == true }
        }
        let isGuessable = !arguments.contains { argument in
          guard let value = argument.value, types[argument.type]?.isOpaque != false else {
            return false
          }
          return foreign.contains(value)
        }
        return FunctionProbes.Leak(
          routine: routine, role: actor.role.name, actor: actorNumber, target: target,
          trial: Trial(
            try call(arguments, markers: unknown), role: actor.role.name, context: context),
          isGuessable: isGuessable, markers: unknown)
      }
    }
  }

  /// Lists of arguments, those that are likelier to fit first; each value stands in one of them.
  private func argumentLists(caller: Int, target: Int) -> [[Argument]] {
    let proposals = ArgumentValues(
      routine: routine, sources: sources, types: types, stage: stage, values: values)
    let indices = routine.argumentTypes.indices
    guard !indices.isEmpty else { return [[]] }
    let foreign = indices.map { proposals.values(at: $0, of: target) }
    let own = indices.map { proposals.values(at: $0, of: caller) }
    var lists = [foreign.map { $0[0] }]
    // What is right but for one argument gets past checks of the others.
    for position in indices {
      var list = own.map { $0[0] }
      list[position] = foreign[position][0]
      lists.append(list)
    }
    lists.append(foreign.map { $0[$0.count - 1] })
    if routine.defaultCount > 0 {
      lists.append(Array(lists[0].dropLast(routine.defaultCount)))
      lists.append([])
    }
    // Values of one row stand at the same place of each list, so going through them side by side
    // fits rows.
    for index in 0..<(foreign.map(\.count).max() ?? 0) {
      lists.append(foreign.map { $0[index % $0.count] })
    }
    for position in indices {
      for value in foreign[position] {
        var list = foreign.map { $0[0] }
        list[position] = value
        lists.append(list)
      }
    }
    var seen: Set<[Argument]> = []
    return Array(
      lists.filter {
        $0.count >= routine.argumentTypes.count - routine.defaultCount && seen.insert($0).inserted
      }.prefix(limit))
  }

  /// Counts the rows of the result that show one of the markers.
  private func call(_ arguments: [Argument], markers: [String]) throws -> PipelineStatement {
    let name = try SQLIdentifier.readable(schema: routine.schema, name: routine.name)
    // What CALL hands back is looked through here, so it has no parameter for the markers.
    let first = routine.kind == .procedure ? 1 : 2
    let items = arguments.map { Parameter($0.value) }
    var inputs = arguments.enumerated().map { index, argument in
      let isLast = index == routine.argumentTypes.count - 1
      return (routine.isVariadic && isLast && argument.type != "text" ? "VARIADIC " : "")
        + "$\(index + first)::\(argument.type)"
    }
    guard routine.kind == .procedure else {
      let list = inputs.joined(separator: ", ")
      // A function that returns "record" wants a list of columns after FROM, but not after SELECT.
      let isLoose =
        routine.result == "record" && !routine.argumentModes.contains("o")
        && !routine.argumentModes.contains("b")
      let source =
        isLoose
        ? "(SELECT \(name)(\(list)) AS dbtool_result OFFSET 0) dbtool_results"
        : "\(name)(\(list)) AS dbtool_result"
      let row = "dbtool_result::text"
      return PipelineStatement(
        Reading.sql(text: row, row: row, from: source),
        [.text(PostgresArray.text(of: markers))] + items)
    }
    // CALL wants something in the place of each output argument too.
    var list: [String] = []
    for mode in routine.argumentModes {
      if mode == "o" {
        list.append("NULL")
      } else if !inputs.isEmpty {
        list.append(inputs.removeFirst())
      }
    }
    return PipelineStatement("CALL \(name)(\(list.joined(separator: ", ")))", items)
  }
}
