"""Numbers of personal data."""

from datetime import timedelta

EXPORTS_PER_HOUR = 5
# keys in Redis that could not be dropped at once are dropped again so long after somebody left
SWEPT_FOR = timedelta(days=2)
