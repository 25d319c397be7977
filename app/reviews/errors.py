"""What can go wrong with a review."""

from app.shared.errors import NotPossible, marked


class AlreadyReviewed(NotPossible):
    """One review for each line of an order."""

    message = marked("这件商品已经评价过了")


class NotReceived(NotPossible):
    """Only goods that have arrived are reviewed, and only until the order is finished."""

    message = marked("订单不在待评价状态，不能评价")
