"""Codes in Redis. Ids are made here and checked here: no caller can name another key (SEC-3)."""

import secrets
from dataclasses import dataclass
from typing import Any

from app.shared.redis import KeySpec, redis
from app.verifications.policy import (
    CODE_EVERY_S,
    CODE_LIFE_S,
    CODE_TRIES,
    DAY_S,
    HOUR_S,
    IMAGE_CODE_ID,
    IMAGE_LIFE_S,
    LEASE_S,
    MAILED,
    SWEEP_MOST,
    network,
    slot,
)

IMAGE = KeySpec("captcha_{{{image_code_id}}}", kind="string", ttl_s=IMAGE_LIFE_S, note="picture code, taken once")
SMS = KeySpec("sms_{purpose}_{{{mobile}}}", kind="hash", ttl_s=CODE_LIFE_S, note="code, code_id, wrong tries")
MAIL = KeySpec("mail_code_{purpose}_{{{email}}}", kind="hash", ttl_s=CODE_LIFE_S, note="as sms_, by a digest of it")
TICKET = KeySpec("code_ticket_{{{code_id}}}", kind="hash", ttl_s=CODE_LIFE_S, note="a code to send: where to, lease")
WAITING = KeySpec("codes_waiting_{{sweep}}", kind="zset", ttl_s=CODE_LIFE_S, note="code_id by when the sweep sends it")
# the gate's two keys are asked in one script, so they share a tag of their own
SENT_TO = KeySpec("codes_to_{{gate}}_{channel}_{slot}", kind="zset", ttl_s=DAY_S, note="code_id by ms: a minute, a day")
SENT_FROM = KeySpec("codes_from_{{gate}}_{channel}_{network}", kind="zset", ttl_s=DAY_S, note="code_id by ms: caps")

# KEYS: sent_to, sent_from. ARGV: code_id or '' (only look), then most and seconds of: minute, day; hour, day.
# Zero, or the seconds until all four have room. The windows roll, so nobody gets twice the cap around midnight
_GATE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for place = 0, 3 do
  local key = KEYS[1 + math.floor(place / 2)]
  local most, span = tonumber(ARGV[2 + place * 2]), ARGV[3 + place * 2] * 1000
  local inside = redis.call('ZCOUNT', key, '(' .. (now - span), '+inf')
  if inside >= most then
    local oldest = now
    if most > 0 then oldest = redis.call('ZREVRANGE', key, most - 1, most - 1, 'WITHSCORES')[2] end
    wait = math.max(wait, oldest + span - now)
  end
end
if wait > 0 then return math.ceil(wait / 1000) end
if ARGV[1] == '' then return 0 end
for place = 1, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[place], '-inf', now - ARGV[5] * 1000)
  redis.call('ZADD', KEYS[place], now, ARGV[1])
  redis.call('EXPIRE', KEYS[place], ARGV[5])
end
return 0
"""
# KEYS: code. ARGV: the given code, most wrong tries, salt. Judged and used up in one step: of many right answers at
# once one is let in, of many wrong ones each counts. Salted digests are compared, so the time taken tells nothing
_USE = """
local kept = redis.call('HGET', KEYS[1], 'code')
if not kept then return 0 end
if redis.sha1hex(ARGV[3] .. kept) == redis.sha1hex(ARGV[3] .. ARGV[1]) then return redis.call('DEL', KEYS[1]) end
if redis.call('HINCRBY', KEYS[1], 'tries', 1) >= tonumber(ARGV[2]) then redis.call('DEL', KEYS[1]) end
return 0
"""
# KEYS: code. ARGV: code_id. A newer code stays
_DROP = """
if redis.call('HGET', KEYS[1], 'code_id') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
# KEYS: ticket. ARGV: lease. Of two workers one may send
_CLAIM = """
local now = tonumber(redis.call('TIME')[1])
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if tonumber(redis.call('HGET', KEYS[1], 'leased_until')) > now then return false end
redis.call('HSET', KEYS[1], 'leased_until', now + ARGV[1])
return redis.call('HGETALL', KEYS[1])
"""


@dataclass(frozen=True)
class Caps:
    """How many codes a day for one receiver, an hour and a day for one network address."""

    per_day: int
    address_per_hour: int
    address_per_day: int


@dataclass(frozen=True)
class Ticket:
    """A code that this worker, and nobody else, may send now. `code` is empty when nothing is to be sent."""

    channel: str  # sms | mail
    to: str
    purpose: str
    code: str
    language: str


def keep_image_code(text: str, *, mailed: bool = False) -> str:
    """Keep the text of a new picture, or of one that is mailed instead of drawn; its id."""
    image_code_id = (MAILED if mailed else "") + secrets.token_urlsafe(16)
    redis().set(IMAGE(image_code_id=image_code_id), text, ex=IMAGE_LIFE_S)
    return image_code_id


def peek_image_code(image_code_id: str) -> str | None:
    """The text of a picture code without using it up: to draw it, and for the sandbox."""
    if not IMAGE_CODE_ID.fullmatch(image_code_id):
        return None
    text: str | None = redis().get(IMAGE(image_code_id=image_code_id))
    return text


def take_image_code(image_code_id: str) -> str | None:
    """The text, once: right or wrong, the same picture never counts again."""
    if not IMAGE_CODE_ID.fullmatch(image_code_id):
        return None
    text: str | None = redis().getdel(IMAGE(image_code_id=image_code_id))
    return text


def wait_before(channel: str, to: str, address: str, caps: Caps) -> int:
    """Seconds until this receiver and address may have a code; 0 is now."""
    return _gate("", channel, to, address, caps)


def take_turn(code_id: str, channel: str, to: str, address: str, caps: Caps) -> int:
    """Take the minute, and one of the day and of the caps, all or none, at once; 0, or the seconds to wait."""
    return _gate(code_id, channel, to, address, caps)


def _gate(code_id: str, channel: str, to: str, address: str, caps: Caps) -> int:
    limits = (1, CODE_EVERY_S, caps.per_day, DAY_S, caps.address_per_hour, HOUR_S, caps.address_per_day, DAY_S)
    return int(redis().eval(_GATE, 2, *_gate_keys(channel, to, address), code_id, *limits))


def _gate_keys(channel: str, to: str, address: str) -> tuple[str, str]:
    return SENT_TO(channel=channel, slot=slot(to)), SENT_FROM(channel=channel, network=network(address))


def give_turn_back(code_id: str, channel: str, to: str, address: str) -> None:
    """Nothing was sent: minute, day and caps are as before. Only what was taken under this id is given back."""
    pipe = redis().pipeline(transaction=True)
    for key in _gate_keys(channel, to, address):
        pipe.zrem(key, code_id)
    pipe.execute()


def code_key(channel: str, purpose: str, to: str) -> str:
    """Where the code of this receiver for this purpose is kept."""
    return SMS(purpose=purpose, mobile=slot(to)) if channel == "sms" else MAIL(purpose=purpose, email=slot(to))


def keep_code(code_id: str, channel: str, to: str, purpose: str, code: str) -> None:
    """A new code for this purpose and receiver, in place of an older one."""
    key = code_key(channel, purpose, to)
    pipe = redis().pipeline(transaction=True)
    pipe.delete(key)
    pipe.hset(key, mapping={"code": code, "code_id": code_id, "tries": 0})
    pipe.expire(key, CODE_LIFE_S)
    pipe.execute()


def write_ticket(code_id: str, ticket: Ticket, *, image_code_id: str = "", is_silent: bool = False) -> None:
    """What the job needs to send it, and the sweep's note in case the job is lost. The code is not in it."""
    key, facts = TICKET(code_id=code_id), {"channel": ticket.channel, "to": ticket.to, "purpose": ticket.purpose}
    facts |= {"language": ticket.language, "image_code_id": image_code_id, "silent": "yes" if is_silent else ""}
    pipe = redis().pipeline(transaction=True)
    pipe.hset(key, mapping={**facts, "leased_until": 0})
    pipe.expire(key, CODE_LIFE_S)
    pipe.execute()
    pipe = redis().pipeline(transaction=True)  # another tag, so another slot on a cluster
    pipe.zadd(WAITING(), {code_id: _now_s() + LEASE_S})
    pipe.expire(WAITING(), CODE_LIFE_S)
    pipe.execute()


def claim_ticket(code_id: str) -> Ticket | None:
    """The ticket with its code, for one worker at a time; None when it was sent, used, replaced, or is being sent."""
    found = redis().eval(_CLAIM, 1, TICKET(code_id=code_id), LEASE_S)
    if not found:
        return None
    facts: dict[str, Any] = dict(zip(found[::2], found[1::2], strict=True))
    code: str | None = ""
    if facts["image_code_id"]:
        code = peek_image_code(facts["image_code_id"])
    elif not facts["silent"]:
        kept, current = redis().hmget(code_key(facts["channel"], facts["purpose"], facts["to"]), "code", "code_id")
        code = kept if current == code_id else None
    if code is None:
        end_ticket(code_id)
        return None
    return Ticket(facts["channel"], facts["to"], facts["purpose"], code, facts["language"])


def release_ticket(code_id: str) -> None:
    """It could not be sent: the next try need not wait for the lease."""
    if redis().exists(TICKET(code_id=code_id)):
        redis().hset(TICKET(code_id=code_id), "leased_until", 0)


def end_ticket(code_id: str) -> None:
    """Sent, or not to be sent any more: running the job again sends nothing."""
    redis().delete(TICKET(code_id=code_id))
    redis().zrem(WAITING(), code_id)


def waiting_ids() -> list[str]:
    """Codes whose job seems lost, oldest first."""
    found: list[str] = redis().zrangebyscore(WAITING(), "-inf", _now_s(), start=0, num=SWEEP_MOST)
    return found


def wait_again(code_id: str) -> None:
    """Look again after a lease; a ticket that is gone needs no looking."""
    if redis().exists(TICKET(code_id=code_id)):
        redis().zadd(WAITING(), {code_id: _now_s() + LEASE_S})
    else:
        redis().zrem(WAITING(), code_id)


def _now_s() -> int:
    return int(redis().time()[0])


def use_code(channel: str, to: str, purpose: str, given: str) -> bool:
    """Use the code up if this is it; False when it is not, or there is none. The last wrong try voids it."""
    key = code_key(channel, purpose, to)
    return bool(redis().eval(_USE, 1, key, given, CODE_TRIES, secrets.token_hex(16)))


def drop_code(code_id: str, channel: str, to: str, purpose: str) -> None:
    """Take back a code that could not be queued."""
    redis().eval(_DROP, 1, code_key(channel, purpose, to), code_id)


def keep_sms_code(code_id: str, mobile: str, purpose: str, code: str) -> None:
    """An SMS code as it is kept, for who needs one without sending it."""
    keep_code(code_id, "sms", mobile, purpose, code)
