"""News of the room, for the floors above."""

from blinker import Namespace

# Money of an after-sale document has gone back: sent inside the unit that records it, the order's row locked.
# Facts: after_sale_id.
refund_done = Namespace().signal("refund-done")
