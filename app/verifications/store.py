"""Codes in Redis. Ids are made here and checked here: no caller can name another key (SEC-3)."""

import secrets
from typing import Any

from app.shared.redis import KeySpec, redis
from app.verifications.policy import (
    IMAGE_CODE_ID,
    IMAGE_LIFE_S,
    SMS_EVERY_S,
    SMS_LIFE_S,
    SMS_TRIES,
    SMS_WINDOW_S,
)

IMAGE = KeySpec("captcha_{{{image_code_id}}}", kind="string", ttl_s=IMAGE_LIFE_S, note="picture code, taken once")
SMS = KeySpec("sms_{purpose}_{{{mobile}}}", kind="hash", ttl_s=SMS_LIFE_S, note="code, sms_id, wrong tries")
TICKET = KeySpec("sms_ticket_{{{sms_id}}}", kind="hash", ttl_s=SMS_LIFE_S, note="mobile, purpose of an SMS to send")
# the gate's two keys are asked in one script, so they share a tag of their own
FLAG = KeySpec("send_flag_{{sms_gate}}_{mobile}", kind="string", ttl_s=SMS_EVERY_S, note="sms_id: one SMS a minute")
SENT_FROM = KeySpec("sent_from_{{sms_gate}}_{address}", kind="string", ttl_s=SMS_WINDOW_S, note="SMS in this hour")

# KEYS: flag, sent_from. ARGV: sms_id or '' (only look), minute, most, window. Zero, or the seconds to wait
_GATE = """
if redis.call('EXISTS', KEYS[1]) == 1 then return math.max(1, redis.call('TTL', KEYS[1])) end
local sent = tonumber(redis.call('GET', KEYS[2]) or '0')
if sent >= tonumber(ARGV[3]) then return math.max(1, redis.call('TTL', KEYS[2])) end
if ARGV[1] == '' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2], 'NX')
if redis.call('INCR', KEYS[2]) == 1 then redis.call('EXPIRE', KEYS[2], ARGV[4]) end
return 0
"""
# KEYS: flag, sent_from. ARGV: sms_id. The minute is given back only to whom it belongs
_GIVE_BACK = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 then redis.call('DECR', KEYS[2]) end
return 1
"""
# KEYS: code. ARGV: most tries. A try is counted before it is judged, so parallel guesses count too
_TRY = """
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if redis.call('HINCRBY', KEYS[1], 'tries', 1) > tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
  return false
end
return redis.call('HMGET', KEYS[1], 'code', 'sms_id')
"""
# KEYS: code. ARGV: sms_id. Of two right answers at once one gets it; a newer code stays
_SPEND = """
if redis.call('HGET', KEYS[1], 'sms_id') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


def keep_image_code(text: str) -> str:
    """Keep the text of a new picture; its id."""
    image_code_id = secrets.token_urlsafe(16)
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


def wait_before_sms(mobile: str, address: str, per_hour: int) -> int:
    """Seconds until this number and address may ask for an SMS; 0 is now."""
    return _gate("", mobile, address, per_hour)


def take_minute(sms_id: str, mobile: str, address: str, per_hour: int) -> int:
    """Take the minute and one of the hour, both or neither; 0, or the seconds to wait."""
    return _gate(sms_id, mobile, address, per_hour)


def _gate(sms_id: str, mobile: str, address: str, per_hour: int) -> int:
    keys = (FLAG(mobile=mobile), SENT_FROM(address=address))
    return int(redis().eval(_GATE, 2, *keys, sms_id, SMS_EVERY_S, per_hour, SMS_WINDOW_S))


def give_minute_back(sms_id: str, mobile: str, address: str) -> None:
    """Nothing was sent: the shopper may ask again at once."""
    redis().eval(_GIVE_BACK, 2, FLAG(mobile=mobile), SENT_FROM(address=address), sms_id)


def keep_sms_code(sms_id: str, mobile: str, purpose: str, code: str) -> None:
    """A new code for this purpose and number, in place of an older one, and the ticket to deliver it."""
    key = SMS(purpose=purpose, mobile=mobile)
    pipe = redis().pipeline(transaction=True)
    pipe.delete(key)
    pipe.hset(key, mapping={"code": code, "sms_id": sms_id, "tries": 0})
    pipe.expire(key, SMS_LIFE_S)
    pipe.execute()
    pipe = redis().pipeline(transaction=True)  # another tag, so another slot on a cluster
    ticket = TICKET(sms_id=sms_id)
    pipe.hset(ticket, mapping={"mobile": mobile, "purpose": purpose})
    pipe.expire(ticket, SMS_LIFE_S)
    pipe.execute()


def drop_sms_code(sms_id: str, mobile: str, purpose: str) -> None:
    """Take back what was kept but could not be queued."""
    redis().delete(TICKET(sms_id=sms_id))
    spend_sms_code(sms_id, mobile, purpose)


def find_ticket(sms_id: str) -> tuple[str, str] | None:
    """Number and code of an SMS to deliver; None when it was delivered, used, replaced or is too old."""
    ticket: dict[str, Any] = redis().hgetall(TICKET(sms_id=sms_id))
    if not ticket:
        return None
    code, current = redis().hmget(SMS(purpose=ticket["purpose"], mobile=ticket["mobile"]), "code", "sms_id")
    return (ticket["mobile"], code) if current == sms_id else None


def end_ticket(sms_id: str) -> None:
    """Delivered: running the job again sends nothing."""
    redis().delete(TICKET(sms_id=sms_id))


def try_sms_code(mobile: str, purpose: str) -> tuple[str, str] | None:
    """Count a try; code and sms_id to compare with, or None when there is no code or the tries are used up."""
    found = redis().eval(_TRY, 1, SMS(purpose=purpose, mobile=mobile), SMS_TRIES)
    return (found[0], found[1]) if found else None


def spend_sms_code(sms_id: str, mobile: str, purpose: str) -> bool:
    """Use the code up; False when somebody else just did."""
    return bool(redis().eval(_SPEND, 1, SMS(purpose=purpose, mobile=mobile), sms_id))
