/// Guesses what a misspelt name was meant for.
package enum NearNames {
  /// The names in `all` that `name` may be meant for, the nearest first; at most three.
  package static func names(near name: String, among all: [String]) -> [String] {
    let wanted = name.lowercased()
    let words = Set(wanted.split(separator: "-").filter { $0.count > 2 })
    let ranked = all.compactMap { candidate -> (name: String, distance: Int)? in
      let distance = editDistance(wanted, candidate)
      let shared = words.intersection(candidate.split(separator: "-")).count
      let isPart = wanted.count >= 4 && candidate.contains(wanted)
      guard distance <= max(2, candidate.count / 4) || shared > 0 || isPart else { return nil }
      return (candidate, distance)
    }
    return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
  }

  /// What to do about a name that is none of `all`: take a near one, or else `otherwise`.
  package static func advice(
    for name: String, among all: [String], otherwise: String
  ) -> String {
    let near = names(near: name, among: all)
    return near.isEmpty ? otherwise : "did you mean \(near.joined(separator: " or "))?"
  }

  /// The number of characters to insert, remove or replace (Levenshtein).
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (line, character) in first.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in second.enumerated() {
        let replaced = diagonal + (character == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[second.count]
  }
}
