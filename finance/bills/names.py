"""Whether the name that a company shows is that of a resident: companies mask names each in their own way."""

import re

from stations.people.names import fold_name

#: What companies put in place of letters.
HIDDEN = re.compile(r"[*＊×○●_?]+|x{2,}")


def is_like(shown: str, full_name: str) -> bool:
    """Whether what a company shows can be this name: hidden letters stand for any, and a Latin name needs one word."""
    pattern = ".*".join(re.escape(fold_name(part)) for part in HIDDEN.split(shown))
    if re.fullmatch(pattern, fold_name(full_name)):
        return True
    words = {fold_name(word) for word in full_name.split() if len(word) > 1}
    return bool(words & {fold_name(word) for word in shown.split() if word.isascii()})
