"""Pictures in a bucket of any S3-compatible store. Only names outside `p/` may be readable for everybody."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.gateways.images import PRIVATE, File, StoreAway, checked

FOR_GOOD = "public, max-age=31536000, immutable"  # another content has another name
ABSENT = ("404", "NoSuchKey", "NotFound")


@dataclass(frozen=True)
class Bucket:
    """What the provider's console gave; an empty endpoint is Amazon's own."""

    endpoint: str
    region: str
    bucket: str
    key_id: str
    key_secret: str


class S3Images:
    """One bucket. `base_url` is the bucket's public address, or the shop's own, which then passes files on."""

    def __init__(self, bucket: Bucket, base_url: str) -> None:
        self.bucket, self.base_url = bucket, base_url

    def save(self, name: str, body: bytes, content_type: str) -> None:
        life = "private, no-store" if name.startswith(PRIVATE) else FOR_GOOD
        self._ask("put_object", name, Body=body, ContentType=content_type, CacheControl=life)

    def read(self, name: str) -> File | None:
        found = self._ask("get_object", name)
        return None if found is None else File(found["Body"], found["ContentType"])

    def exists(self, name: str) -> bool:
        return self._ask("head_object", name) is not None

    def delete(self, name: str) -> None:
        self._ask("delete_object", name)

    def url(self, name: str) -> str:
        return self.base_url + name

    def _ask(self, verb: str, name: str, **more: object) -> dict[str, Any] | None:
        """The store's answer, its body read; None where a read or a deletion finds nothing."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client, verb)(Bucket=self.bucket.bucket, Key=checked(name), **more)
            return {**answer, "Body": answer["Body"].read()} if "Body" in answer else answer
        except ClientError as problem:
            if verb != "put_object" and problem.response["Error"]["Code"] in ABSENT:
                return None
            raise StoreAway() from problem
        except BotoCoreError as problem:
            raise StoreAway() from problem

    @cached_property
    def _client(self) -> Any:
        import boto3  # 30 MB that a mall with a folder, or a process without pictures, need not load
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2},
            # trailing checksums are Amazon's own; many compatible stores refuse them
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.client(
            "s3",
            endpoint_url=self.bucket.endpoint or None,
            region_name=self.bucket.region,
            aws_access_key_id=self.bucket.key_id,
            aws_secret_access_key=self.bucket.key_secret,
            config=config,
        )
