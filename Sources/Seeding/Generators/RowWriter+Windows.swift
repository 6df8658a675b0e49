extension RowWriter {
  struct Slot {
    /// The row for which the window is.
    var target: Int
    /// Its number among that row's windows, and how many those are.
    var number: Int
    var count: Int
  }

  func slot(_ index: Int, of table: Int, _ place: RowPlace) -> Slot {
    let window = model.recipes[table].windows[index]
    if window.isFree {
      let random = Draw.value(place.random, salt: 6)
      return Slot(target: 0, number: Draw.below(250, random), count: 250)
    }
    let counts = model.counts[table].counts
    let total = counts[model.recipes[table].ownership == .nobody ? 0 : place.tenant]
    if window.isInTable {
      let number = model.counts[table].offsets[place.tenant] + place.ordinal
      return Slot(
        target: 0, number: number, count: max(model.counts[table].total, number + 1))
    }
    guard let reference = window.reference else {
      return Slot(target: 0, number: place.ordinal, count: max(total, place.ordinal + 1))
    }
    let key = WindowKey(table: table, window: index, tenant: place.tenant)
    let sums: [Int]
    if let found = shares[key] {
      sums = found
    } else {
      let targets = targetCount(model.recipes[table].references[reference], tenant: place.tenant)
      sums = Window.sums(of: total, targets: targets, exponent: window.exponent)
      shares[key] = sums
    }
    var low = 0
    var high = max(sums.count - 1, 0)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > place.ordinal { high = middle } else { low = middle + 1 }
    }
    let before = low == 0 ? 0 : sums[low - 1]
    let count = (sums.isEmpty ? total : sums[low]) - before
    return Slot(target: low, number: place.ordinal - before, count: max(count, 1))
  }

  func writeWindow(
    _ edge: WindowEdge, of table: Int, _ place: RowPlace, into bytes: inout [UInt8]
  ) {
    let index =
      switch edge {
      case .range(let index), .lower(let index), .upper(let index): index
      }
    let window = model.recipes[table].windows[index]
    let slot = slot(index, of: table, place)
    let key = WindowKey(table: table, window: index, tenant: 0)
    let curve: SeasonCurve
    if let found = curves[key]?[slot.count] {
      curve = found
    } else {
      curve = window.curve(slots: slot.count)
      if curves[key]?.count ?? 0 > 1_000 { curves[key] = [:] }
      curves[key, default: [:]][slot.count] = curve
    }
    let random = Draw.value(place.random, salt: 5)
    let (lower, upper) = window.span(slot.number, of: slot.count, on: curve, random)
    switch edge {
    case .lower: window.format.write(lower, into: &bytes)
    case .upper: window.format.write(upper, into: &bytes)
    case .range:
      bytes.append(UInt8(ascii: "["))
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      window.format.write(lower, into: &bytes)
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      bytes.append(UInt8(ascii: ","))
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      window.format.write(upper, into: &bytes)
      if window.isQuoted { bytes.append(UInt8(ascii: "\"")) }
      bytes.append(UInt8(ascii: ")"))
    }
  }
}
