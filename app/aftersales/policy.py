"""Numbers of after-sales."""

PAGE_SIZE = 10
MOST_WORDS = 200
MOST_PICTURES = 6
NUMBER_TRIES = 5
ASK_DAYS = 15  # after receipt, where the setting says nothing else
COUNTED = 1000  # a state's documents in the tabs of staff
LISTED = 200  # documents found by an order's number
