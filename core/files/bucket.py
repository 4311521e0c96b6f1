"""Photos and papers in a bucket: several machines serve the same files, none of which has them on its own disk."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class BucketStorage(S3Storage):
    """Files in an S3-compatible bucket, each written once under its own name.

    A bucket that does not answer, or refuses, is an `OSError`, as a full disk is.
    """

    file_overwrite = False
    #: Files are read through pages that ask who may see them; the bucket gives them to nobody else.
    default_acl = None

    def _save(self, name: str, content: Any) -> str:
        try:
            return str(super()._save(name, content))
        except (BotoCoreError, ClientError) as failed:
            raise OSError(str(failed)) from failed
