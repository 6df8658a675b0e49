/// Numbers as a line of blocks, each as high as its number.
package enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// One block a number; the highest number has the highest block.
  package static func text(_ numbers: [Int]) -> String {
    let highest = max(1, numbers.max() ?? 1)
    return String(
      numbers.map { number in
        let step = Double(max(0, number)) / Double(highest) * Double(blocks.count - 1)
        return blocks[Int(step.rounded())]
      })
  }
}
