"""Numbers of after-sales."""

PAGE_SIZE = 10
MOST_WORDS = 200
MOST_PICTURES = 6
NUMBER_TRIES = 5
ASK_DAYS = 15  # after receipt, where the setting says nothing else
