"""JSON web tokens, strictly: the key says which algorithm is used, never the token.

    token = sign({"sub": "ann", "exp": time.time() + 60}, secret)
    claims = verify(token, secret)
"""
from __future__ import annotations

import time

from ._native import Key, check_management_token, decode_unverified, grants, sign, verify
from ._values import Grant, Token
from .errors import TokenError

__all__ = ["Grant", "Key", "Token", "TokenError", "check_management_token", "decode_unverified", "grants", "management_token", "sign", "verify"]


def management_token(secret: str, service: str = "*", stage: str = "*", expires_in: int = 3600) -> str:
    """A token for the Management API of a Prisma 1 server with this `managementApiSecret`, valid for so many seconds.

    Short secrets are signed with too: they are chosen by whoever runs the server.
    """
    now = int(time.time())
    claims = {"grants": [{"target": f"{service}/{stage}", "action": "*"}], "iat": now, "exp": now + expires_in}
    return sign(claims, Key(secret, "HS256", allow_weak=True))
