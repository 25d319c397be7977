"""What can be wrong with a picture."""

from app.shared.errors import BadValue, marked


class NotAPicture(BadValue):
    """It is no whole JPEG, PNG or WebP, whatever its name says."""

    message = marked("请上传 JPEG、PNG 或 WebP 格式的图片")


class TooHeavy(BadValue):
    """More bytes than a picture may have; `megabytes` says how many it may."""

    message = marked("单张图片不能超过 %(megabytes)s MB")


class BadSize(BadValue):
    """Too many pixels to unpack, too few to see, or a strip."""

    message = marked("图片尺寸不合适：不超过 4000 万像素，长宽比不超过 6:1")


class TooManyPictures(BadValue):
    """`most` is how many there may be."""

    message = marked("最多上传 %(most)s 张图片")
