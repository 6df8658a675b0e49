/// Words to make up names and texts from: plants, stones, weather and landscape, so that nothing of it
/// is anybody's name.
enum WordLists {
  static let firstNames = words(
    """
    Alder Amber Aspen Aster Basil Bay Birch Blossom Briar Brook Cedar Cherry Clay Clover Cliff Coral
    Daisy Dale Dawn Elm Ember Fern Flint Flora Forest Garnet Ginger Glen Hazel Heath Heather Holly
    Iris Ivy Jade Jasmine Juniper Kelp Lake Laurel Lily Linden Maple Marina Meadow Moss Myrtle Nettle
    Olive Opal Pearl Poppy Quince Reed River Robin Rowan Ruby Sage Sandy Sky Sorrel Teal Willow
    """)
  static let lastNames = words(
    """
    Ashgrove Bankside Barley Beckford Birchwood Bramble Brightwater Brookside Cairn Cliffside Copse
    Cove Dunes Eastfield Evergreen Fairmeadow Fallow Farrow Fenland Fields Fjord Foxglove Glade Grove
    Harbour Hedgerow Highmoor Hillock Hollow Inlet Jetty Knoll Lagoon Larkfield Longmeadow Marsh
    Millpond Moorland Northcliff Oakley Orchard Pebble Pinewood Pond Quarry Ridge Riverbend Rockpool
    Sandbank Shore Sidehill Snowfield Southmere Stone Summit Tarn Thicket Tidewell Underhill Vale
    Waterfall Westbrook Wildwood Windmere
    """)
  static let cities = words(
    """
    Northport Millbrook Eastcliff Westmarsh Stonebridge Lakehaven Fairbay Oakford Riverton-Sands Highmoor
    Silverbeach Greenvale Saltwick Birchfield Hollowdale Amberton Coldspring Duneside Fernhill Goldcreek
    Harbourne-Lee Kelpstrand Larkmoor Mossdale Newquarry Orchardby Pinecastle Reedmouth Seagrove Tarnbeck
    Valegate Windhurst
    """)
  static let streets = words(
    """
    Alder Barley Beach Bridge Canal Cedar Chapel Clover Copper Fern Garden Harbour Heather Hill Lake Lantern
    Linden Maple Market Meadow Mill Orchard Quay Ridge River Saddler Silver Spring Station Tower Weaver Willow
    """)
  static let streetKinds = words("Street Lane Road Avenue Row Square Way Close")
  static let businessKinds = words(
    "Trading Works Studio Logistics Supplies Partners Collective Labs Foods Services Press Outfitters"
  )
  static let placeKinds = words("House Lodge Inn Hotel Cottage Retreat Court Residence")
  static let adjectives = words(
    """
    Amber Bright Calm Clear Crisp Deep Early Fresh Gentle Golden Grand Green Hidden Late Light Little Long Mild
    Misty New Old Open Quiet Rocky Round Sandy Silver Small Soft Still Sunny Warm
    """)
  static let things = words(
    """
    Anchor Basket Beacon Bench Blanket Boat Bottle Bridge Candle Chair Cloud Compass Cup Drum Engine Fence
    Garden Gate Hammer Harbour Kettle Ladder Lamp Lantern Letter Map Mirror Needle Paddle Parcel Pillow Rope
    Saddle Sail Scarf Shelf Spade Spoon Stool Table Tent Tile Tray Wheel Window Wagon Whistle Wreath
    """)
  static let sentenceWords = words(
    """
    about above after again along amber among around autumn basket beach before behind below beneath beside
    between bright bring calm carry clear close cloud cold corner early evening every field find fine first
    follow fresh garden gentle gives grass green harbour hill keep lake large late leave light little long
    meadow morning moves near never north often old open orchard path quiet rain reach ready river road round
    sand season shore side silver slow small soft south spring stands stone stream summer takes through today
    toward tree under until valley village walk warm water west wide wind window winter with without
    """)
  static let pastWords = words(
    "created changed moved opened closed sent received checked renamed removed added shared")
  static let countries = words("IE DE FR NL SE CH AT IT ES GB PT DK NO FI BE PL")
  static let currencies = words("EUR USD GBP CHF SEK DKK NOK PLN CAD AUD")
  static let timeZones = words(
    "Europe/Dublin Europe/Berlin Europe/Paris Europe/Zurich Europe/Madrid Europe/Rome America/New_York UTC"
  )
  static let locales = words("en de fr nl sv it es pt da fi")
  static let colours = words("#2f6f4f #c0392b #2980b9 #f39c12 #8e44ad #16a085 #7f8c8d #2c3e50")
  static let mimeTypes = words(
    "image/png image/jpeg application/pdf text/plain text/csv application/json")
  static let extensions = words("png jpg pdf txt csv json")
  static let agents = words("Browser/5.0 MobileApp/3.2 Kiosk/1.4 Crawler/2.1")

  private static func words(_ text: String) -> [[UInt8]] {
    text.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) }
  }
}
