/// Words of which made-up names consist: plants and landscape, and nobody's name by intention.
enum MaskWords {
  static let first = list(
    """
    Alder Aspen Birch Briar Bryony Cedar Clover Cypress Dale Elder Elm Fern Flax Forest Gorse Hazel
    Heath Heather Holly Iris Ivy Juniper Larch Laurel Linden Lupin Maple Meadow Moss Myrtle Oak Olive
    Osier Poppy Primrose Quince Reed River Robin Rowan Rush Rye Sage Sedge Sorrel Spruce Tansy Thorn
    Thyme Valley Vetch Vine Violet Willow Wren Yarrow Yew Zinnia Bramble Bracken Campion Comfrey
    Lichen Teasel
    """)

  static let last = list(
    """
    Bank Bay Beck Bluff Bourne Brook Burn Cairn Canyon Cape Cliff Combe Cove Crag Creek Croft Dell
    Dune Evergreen Fell Fen Field Firth Fjord Ford Glade Glen Gorge Grove Gulch Harbour Haven Headland
    Hill Hollow Holm Inlet Isle Knoll Lagoon Lake Lea Ledge Marsh Mere Mesa Mire Moor Mound Ness
    Orchard Pass Peak Plain Pond Prairie Quay Ravine Reach Ridge Shore Slope Spring Tarn
    """)

  static let towns = list(
    """
    Northport Millbrook Fernhollow Larchmouth Greywater Stonebeck Oakmere Heathwick Willowcombe
    Eastcairn Brackenford Silverfen Rushbourne Alderhaven Thornmoor Cedarquay Mossbridge Westglade
    Highmarsh Lowtarn Birchstead Saltcove Windlea Ashfirth Reedham-on-Mere Holmcrag Yewdale Foxdune
    Ivyshore Southknoll Elmreach Dunwick
    """)

  static let streets = ["Lane", "Road", "Street", "Way", "Row", "Walk", "Rise", "Close"]

  /// Beginnings of telephone numbers that are kept for fiction, each followed by three digits
  /// (Ofcom, "Telephone numbers for use in TV and radio drama programmes").
  static let phones = [
    "+44 1632 960", "+44 7700 900", "+44 113 496 0", "+44 114 496 0", "+44 115 496 0",
    "+44 116 496 0", "+44 117 496 0", "+44 118 496 0", "+44 121 496 0", "+44 131 496 0",
    "+44 141 496 0", "+44 151 496 0", "+44 161 496 0", "+44 20 7946 0", "+44 191 498 0",
    "+44 29 2018 0", "+44 808 157 0",
  ]

  private static func list(_ text: String) -> [String] {
    text.split(whereSeparator: \.isWhitespace).map { String($0) }
  }
}
