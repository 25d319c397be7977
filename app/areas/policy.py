"""Numbers of the divisions."""

NAME_LONGEST = 30
CODES = range(100_000, 1_000_000)  # national codes have six digits
MOST_COUNTED = 1000  # "1,000 or more" is as good an answer as the exact number
