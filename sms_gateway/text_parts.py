"""A text as it travels: alphabet by content, cut into parts, each with its joining header.

3GPP TS 23.038 (alphabets) and TS 23.040, 9.2.3.24.1 (joining).
"""

from __future__ import annotations

from dataclasses import dataclass

import smsutil

MOST_PARTS = 10
"""Longer texts arrive late, out of order or not at all on many networks."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """`joined`: `data` begins with a header that says which part of which text it is."""

    data: bytes
    ucs2: bool
    joined: bool


def cut(body: str, reference: int) -> list[TextPart]:
    """The parts of a text. `reference` (0 to 255) tells apart two long texts to the same telephone.

    Neither an escape pair nor a surrogate pair is ever cut in two. Raises ValueError above MOST_PARTS.
    """
    split = smsutil.split(body)
    ucs2 = split.encoding != "gsm0338"
    pieces = [part.content.encode(split.encoding) for part in split.parts]
    if len(pieces) > MOST_PARTS:
        raise ValueError(f"a text of {len(pieces)} parts; at most {MOST_PARTS}")
    if len(pieces) == 1:
        return [TextPart(pieces[0], ucs2, joined=False)]
    return [
        TextPart(bytes((5, 0, 3, reference, len(pieces), position)) + piece, ucs2, joined=True)
        for position, piece in enumerate(pieces, start=1)
    ]
