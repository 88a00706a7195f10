"""The sizes of the playground; they are our own, there is no vendor behind them."""

REQUEST_BYTES = 256 * 1024
TEXT_CHARS = 8_000
FIELD_CHARS = 8_000
FIELDS = 50
INTENT_CHARS = 16_000
NAME_CHARS = 100

RECENT = 200  # messages of a channel that a page loads at once
REPLIES = 1_000  # replies that come with them
LANE_CARDS = 100  # items drawn in one lane of the board page
DONE_CARDS = 20
COUNTED = 1_000  # a longer lane is said to hold this many or more

WAITING_FRAMES = 500  # frames that may wait for one slow window before it must fetch anew
