"""What can go wrong with a review."""

from app.shared.errors import BadValue, NotPossible, marked


class AlreadyReviewed(NotPossible):
    """One review for each line of an order."""

    message = marked("这件商品已经评价过了")


class NotReceived(NotPossible):
    """Only goods that have arrived are reviewed, and only until the order is finished."""

    message = marked("订单不在待评价状态，不能评价")


class StaleReview(NotPossible):
    """A colleague has changed it since it was read."""

    message = marked("这条评价刚被同事处理过，请看过最新状态再操作")


class NoReason(BadValue):
    """Who hides a review says why."""

    message = marked("请填写隐藏的原因")


class LongText(BadValue):
    """More than there is room for."""

    message = marked("最多 %(most)s 个字")


class NoWord(BadValue):
    """Nothing is left of a word once signs and spaces are gone."""

    message = marked("请填写词语，标点和空格不算")


class ManyWords(NotPossible):
    """The list is read with every new review and stays short."""

    message = marked("词表最多 %(most)s 个词，请先删除不用的")
