import Costs
import Testing

@Suite("Figures of a report")
struct FigureTests {
  @Test(
    "numbers have two places at most, and none that say nothing",
    arguments: [
      (0.0, "0"), (2.5, "2.5"), (730, "730"), (1.414213, "1.41"), (0.05, "0.05"), (0.004, "<0.01"),
      (43_800, "43,800"), (1_234_567.891, "1,234,567.89"), (9.999, "10"),
    ])
  func numbers(number: Double, text: String) { #expect(Figure.text(number) == text) }

  @Test(
    "amounts are rounded to the cent",
    arguments: [
      (0.0, "0.00"), (43.8, "43.80"), (0.005, "0.01"), (0.996, "1.00"), (1_234.5, "1,234.50"),
    ])
  func amounts(amount: Double, text: String) { #expect(Figure.dollars(amount) == text) }

  @Test(
    "prices are shown as they are",
    arguments: [
      (0.1, "$0.10"), (0.12, "$0.12"), (0.003125, "$0.003125"), (3, "$3.00"), (0.00001, "$1e-05"),
    ])
  func prices(price: Double, text: String) { #expect(Figure.price(price) == text) }
}
