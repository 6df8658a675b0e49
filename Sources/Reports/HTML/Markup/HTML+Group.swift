extension HTML {
  /// Pieces one after the other, as a builder puts them.
  init(@HTMLBuilder content: () -> HTML) { self = content() }
}
