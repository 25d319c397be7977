"""What a fill makes and when it happened: the same plan gives the same shop."""

from bisect import bisect_right
from dataclasses import dataclass
from random import Random

from app.bench.fill.sheets import DAY, date_of

DAYS = 730
DENSE_DAYS = 7
DENSE = 0.05  # of all orders in the last days
GROWTH = 0.6  # below 1: more in the second year than in the first
EARLY = 0.15  # of all users were there before the first order
SHANGHAI_S = 8 * 3600
BATCH = 5000  # orders of one transaction
# how much of a Shanghai day's trade is done by the end of each hour: quiet nights, a peak in the evening
HOURS = (
    *(0.030, 0.044, 0.052, 0.056, 0.060, 0.066, 0.080, 0.105, 0.145, 0.200, 0.260, 0.315),
    *(0.370, 0.420, 0.470, 0.520, 0.570, 0.615, 0.660, 0.715, 0.785, 0.865, 0.945, 1.000),
)
# factors without a common divisor with ten: numbers that look drawn, and never meet twice
SPREAD_ORDERS, SPREAD_MOBILES = 378_231_999_613, 433_494_437


@dataclass(frozen=True)
class Plan:
    """How much, from which seed, and the second at which the shop's story ends."""

    orders: int
    users: int
    seed: int
    end: int

    @property
    def start(self) -> int:
        return self.end - DAYS * DAY

    @property
    def batches(self) -> int:
        return -(-self.orders // BATCH)

    def chance(self, *name: object) -> Random:
        """A source of chance for one piece of work, whatever was done before it."""
        return Random(":".join(map(str, (self.seed, self.orders, *name))))

    def ordered_at(self, n: int) -> int:
        """When order `n` of all was placed; later ones later."""
        return self.at((n + 0.5) / self.orders)

    def joined_at(self, n: int) -> int:
        """When user `n` of all registered: the first as the story begins, which is how its end is found again."""
        if n == 0:
            return self.start
        share = (n + 0.5) / self.users
        return self.at(max(0.0, (share - EARLY) / (1 - EARLY)))

    def users_at(self, n: int) -> int:
        """How many users there were when order `n` was placed."""
        return max(1, int(self.users * (EARLY + (1 - EARLY) * n / self.orders)))

    def at(self, share: float) -> int:
        """The second by which this share of everything had happened."""
        if share < 1 - DENSE:
            days = (DAYS - DENSE_DAYS) * (share / (1 - DENSE)) ** GROWTH
        else:
            days = DAYS - DENSE_DAYS * (1 - share) / DENSE
        second = min(self.start + int(days * DAY), self.end - 1)
        return self._by_hours(second + SHANGHAI_S) - SHANGHAI_S

    def _by_hours(self, local: int) -> int:
        """A second of an even day, moved to where trade is; today is not over and stays as it is."""
        day, second = divmod(local, DAY)
        if day == (self.end + SHANGHAI_S) // DAY:
            return local
        done = second / DAY
        hour = bisect_right(HOURS, done)
        before = HOURS[hour - 1] if hour else 0.0
        within = (done - before) / (HOURS[hour] - before)
        return day * DAY + int((hour + within) * 3600)

    def number(self, n: int) -> str:
        """The number of order `n`: Shanghai's day and twelve digits, as `new_number` makes them."""
        day = date_of((self.ordered_at(n) + SHANGHAI_S) // DAY).replace("-", "")
        return f"{day}{(n * SPREAD_ORDERS + self.seed + self.orders) % 10**12:012d}"

    def name(self, n: int) -> str:
        """The name of user `n`: whose fill it is can be read off it."""
        return f"fill{self.seed}-{n:07d}"

    def mobile(self, n: int) -> str:
        """A number nobody else of this fill has."""
        return f"16{(n * SPREAD_MOBILES + self.seed * 7_919) % 10**9:09d}"
