"""Numbers of the cart; the most of one SKU is the setting MAX_PER_SKU."""

GUEST_LIFE_S = 30 * 86_400
GUEST_LINES = 50
MEMBER_LINES = 120
IDLE_LIFE_S = 180 * 86_400  # a member's cart ends half a year after its last change
