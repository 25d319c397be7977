"""Members' carts in Redis: counts in a hash, ticks in a set, order of adding in a sorted set, one tag per owner."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.carts.errors import CartAway
from app.carts.lines import Line
from app.carts.policy import IDLE_LIFE_S, MEMBER_LINES
from app.shared.redis import AWAY, KeySpec, redis, run_script

LINES = KeySpec("carts_{{{user_id}}}", kind="hash", ttl_s=IDLE_LIFE_S, note="sku_id -> count")
SELECTED = KeySpec("selected_{{{user_id}}}", kind="set", ttl_s=IDLE_LIFE_S, note="sku_ids ticked for settlement")
ORDER = KeySpec("added_{{{user_id}}}", kind="zset", ttl_s=IDLE_LIFE_S, note="sku_id -> rank of adding")

# KEYS: lines, selected, order. Every script ends by renewing the three lives.
_TAIL = """
local function renew(life) for i = 1, 3 do redis.call('EXPIRE', KEYS[i], life) end end
local function rank()
  local last = redis.call('ZREVRANGE', KEYS[3], 0, 0, 'WITHSCORES')
  return (last[2] and tonumber(last[2]) or 0) + 1
end
"""
# ARGV: sku, count, selected, most, life. Negative answer: what is there already (minus one when nothing)
_ADD = (
    _TAIL
    + """
local there = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local total = there + tonumber(ARGV[2])
if total > tonumber(ARGV[4]) then return -1 - there end
redis.call('HSET', KEYS[1], ARGV[1], total)
if there == 0 then redis.call('ZADD', KEYS[3], rank(), ARGV[1]) end
if ARGV[3] == '1' then redis.call('SADD', KEYS[2], ARGV[1]) else redis.call('SREM', KEYS[2], ARGV[1]) end
renew(ARGV[5])
return total
"""
)
# ARGV: sku, count or '', selected or '', life
_PUT = (
    _TAIL
    + """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
if ARGV[3] == '1' then redis.call('SADD', KEYS[2], ARGV[1]) end
if ARGV[3] == '0' then redis.call('SREM', KEYS[2], ARGV[1]) end
renew(ARGV[4])
return 1
"""
)
# KEYS: and one more, a text of the same owner to bring along. Ticked SKUs with their counts in order of adding
_TICKED = """
local counts, ticked, found, rest = {}, {}, {}, {}
local lines = redis.call('HGETALL', KEYS[1])
for i = 1, #lines, 2 do counts[lines[i]] = lines[i + 1] end
for _, sku in ipairs(redis.call('SMEMBERS', KEYS[2])) do ticked[sku] = counts[sku] end
local function take(sku)
  if ticked[sku] then
    found[#found + 1] = sku
    found[#found + 1] = ticked[sku]
    ticked[sku] = nil
  end
end
for _, sku in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do take(sku) end
for sku, _ in pairs(ticked) do rest[#rest + 1] = sku end
table.sort(rest, function(a, b) return tonumber(a) < tonumber(b) end)
for _, sku in ipairs(rest) do take(sku) end
return {found, redis.call('GET', KEYS[4])}
"""
# ARGV: life, then sku, bought … until `last`; what was added meanwhile stays
_TAKE_OUT = """
local function take_out(last)
  for i = 2, last, 2 do
    local there = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0')
    local left = there - tonumber(ARGV[i + 1])
    if left > 0 then redis.call('HSET', KEYS[1], ARGV[i], left)
    else
      redis.call('HDEL', KEYS[1], ARGV[i]); redis.call('SREM', KEYS[2], ARGV[i]); redis.call('ZREM', KEYS[3], ARGV[i])
    end
  end
  renew(ARGV[1])
end
"""
_BOUGHT = _TAIL + _TAKE_OUT + "take_out(#ARGV) return 1"
# KEYS: and a list. ARGV: at the end a text for it, and its life
_BOUGHT_TOLD = (
    _TAIL
    + _TAKE_OUT
    + """
if #ARGV > 3 then take_out(#ARGV - 2) end
redis.call('DEL', KEYS[4])
redis.call('RPUSH', KEYS[4], ARGV[#ARGV - 1])
return redis.call('EXPIRE', KEYS[4], ARGV[#ARGV])
"""
)
# ARGV: life, then sku, count, most, selected …; larger count wins, clamped but never below one; ticks of either side
_MERGE = (
    _TAIL
    + """
local merged = {}
for i = 2, #ARGV, 4 do
  local there = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0')
  local count = math.max(1, math.min(math.max(there, tonumber(ARGV[i + 1])), tonumber(ARGV[i + 2])))
  redis.call('HSET', KEYS[1], ARGV[i], count)
  if there == 0 then redis.call('ZADD', KEYS[3], rank(), ARGV[i]) end
  if ARGV[i + 3] == '1' then redis.call('SADD', KEYS[2], ARGV[i]) end
  merged[#merged + 1] = count
  merged[#merged + 1] = there
end
renew(ARGV[1])
return merged
"""
)


@contextmanager
def at_hand() -> Iterator[None]:
    """Redis away becomes CartAway: 503, the cart kept."""
    try:
        yield
    except AWAY as problem:
        raise CartAway(cause=type(problem).__name__) from problem


def _keys(user_id: int) -> list[str]:
    return [LINES(user_id=user_id), SELECTED(user_id=user_id), ORDER(user_id=user_id)]


def _run(script: str, user_id: int, *args: object) -> Any:
    with at_hand():
        return run_script(script, _keys(user_id), args)


class MemberCart:
    """A signed-in shopper's basket."""

    most_lines = MEMBER_LINES

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id

    def lines(self) -> dict[int, Line]:
        lines_key, selected_key, order_key = _keys(self.user_id)
        with at_hand():
            pipe = redis().pipeline(transaction=True)
            pipe.hgetall(lines_key)
            pipe.smembers(selected_key)
            pipe.zrange(order_key, 0, -1)
            counts, selected, order = pipe.execute()
        ranked = [sku for sku in order if sku in counts]
        ranked += sorted((sku for sku in counts if sku not in set(ranked)), key=int)
        return {int(sku): Line(int(counts[sku]), sku in selected) for sku in ranked}

    def add(self, sku_id: int, count: int, selected: bool, most: int) -> int:
        return int(_run(_ADD, self.user_id, sku_id, count, int(selected), most, IDLE_LIFE_S))

    def put(self, sku_id: int, count: int | None, selected: bool | None) -> bool:
        tick = "" if selected is None else int(selected)
        return bool(_run(_PUT, self.user_id, sku_id, "" if count is None else count, tick, IDLE_LIFE_S))

    def drop(self, sku_ids: Iterable[int]) -> None:
        gone = [str(sku_id) for sku_id in sku_ids]
        if not gone:
            return
        lines_key, selected_key, order_key = _keys(self.user_id)
        with at_hand():
            pipe = redis().pipeline(transaction=True)
            pipe.hdel(lines_key, *gone)
            pipe.srem(selected_key, *gone)
            pipe.zrem(order_key, *gone)
            pipe.execute()

    def select_all(self, selected: bool) -> None:
        lines_key, selected_key, _ = _keys(self.user_id)
        with at_hand():
            if not selected:
                redis().delete(selected_key)
                return
            skus = redis().hkeys(lines_key)
            if skus:
                pipe = redis().pipeline(transaction=True)
                pipe.sadd(selected_key, *skus)
                pipe.expire(selected_key, IDLE_LIFE_S)
                pipe.execute()


def selected_lines(user_id: int) -> dict[int, int]:
    """Ticked SKUs and their counts, in order of adding."""
    return {sku_id: line.count for sku_id, line in MemberCart(user_id).lines().items() if line.selected}


def ticked_with(user_id: int, text_key: str) -> tuple[dict[int, int], str | None]:
    """The same and a text of the same owner, in ONE round trip: what a commit asks Redis before it begins."""
    with at_hand():
        found, text = run_script(_TICKED, [*_keys(user_id), text_key], ())
    return {int(sku): int(count) for sku, count in zip(found[::2], found[1::2], strict=True)}, text


def remove_bought(user_id: int, counts: Mapping[int, int]) -> None:
    """Take out exactly what was bought."""
    flat = [part for sku_id, count in counts.items() for part in (sku_id, count)]
    if flat:
        _run(_BOUGHT, user_id, IDLE_LIFE_S, *flat)


def remove_and_tell(user_id: int, counts: Mapping[int, int], list_key: str, text: str, life_s: int, pipe: Any) -> None:
    """The same into a pipe, and a text for whoever waits at a list of the same owner, by one script."""
    flat = [part for sku_id, count in counts.items() for part in (sku_id, count)]
    run_script(_BOUGHT_TOLD, [*_keys(user_id), list_key], (IDLE_LIFE_S, *flat, text, life_s), pipe)


def merge(user_id: int, lines: Mapping[int, Line], most: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Adopt a guest's lines at once; per SKU the resulting count and the member's count before."""
    flat: list[int] = []
    for sku_id, line in lines.items():
        flat += [sku_id, line.count, most[sku_id], int(line.selected)]
    if not flat:
        return {}
    merged = [int(number) for number in _run(_MERGE, user_id, IDLE_LIFE_S, *flat)]
    return {sku_id: (merged[2 * i], merged[2 * i + 1]) for i, sku_id in enumerate(lines)}


def count_pieces(user_id: int) -> int:
    """How many pieces are in the cart: one round trip, for the header."""
    with at_hand():
        return sum(int(count) for count in redis().hvals(LINES(user_id=user_id)))
