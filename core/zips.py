"""What reading a zip that somebody sent can run into."""

import lzma
import zipfile
import zlib

#: Broken, cut off, encrypted, of a kind that nobody reads, or with names and texts that are no UTF-8.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
)
