import base64
import json
import pickle

import pytest

from refract import jwt

SECRET = "a secret of at least thirty-two bytes"
NOW = 1_700_000_000


def test_sign_and_verify():
    token = jwt.sign({"sub": "ann", "exp": NOW + 60, "n": 1.5, "list": [1, None, True]}, SECRET)
    assert jwt.verify(token, SECRET, now=NOW) == {"sub": "ann", "exp": NOW + 60, "n": 1.5, "list": [1, None, True]}
    parts = jwt.decode_unverified(token)
    assert parts.header == {"alg": "HS256", "typ": "JWT"} and parts.claims["sub"] == "ann" and len(parts.signature) == 32


@pytest.mark.parametrize("change, code", [
    (lambda t: t[:-10] + ("AAAA" if t[-10:-6] != "AAAA" else "BBBB") + t[-6:], 302),
    (lambda t: t.rsplit(".", 1)[0] + ".", 300),
    (lambda t: t + "=", 300),
    (lambda t: "x" * 20_000, 104),
    (lambda t: base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode() + "." + ".".join(t.split(".")[1:]), 301),
])
def test_damaged_tokens(change, code):
    token = jwt.sign({"sub": "ann"}, SECRET)
    with pytest.raises(jwt.TokenError) as caught:
        jwt.verify(change(token), SECRET, now=NOW)
    assert caught.value.code == code


def test_times():
    token = jwt.sign({"exp": NOW, "nbf": NOW - 10}, SECRET)
    assert jwt.verify(token, SECRET, now=NOW - 1)
    for now, code in [(NOW, 303), (NOW - 11, 304)]:
        with pytest.raises(jwt.TokenError) as caught:
            jwt.verify(token, SECRET, now=now)
        assert caught.value.code == code
    assert jwt.verify(token, SECRET, now=NOW + 1, leeway=5)
    with pytest.raises(jwt.TokenError):
        jwt.verify(jwt.sign({}, SECRET), SECRET, now=NOW, require_expiration=True)


def test_keys():
    with pytest.raises(jwt.TokenError) as caught:
        jwt.sign({}, "short")
    assert caught.value.code == 306
    weak = jwt.Key("short", allow_weak=True)
    assert jwt.verify(jwt.sign({"a": 1}, weak), weak, now=NOW) == {"a": 1}
    with pytest.raises(jwt.TokenError) as caught:
        jwt.Key(SECRET, "none")
    assert caught.value.code == 301
    with pytest.raises(TypeError):
        jwt.Key(12)
    assert SECRET not in repr(jwt.Key(SECRET))
    assert jwt.Key(SECRET.encode(), "HS256").algorithm == "HS256"
    with pytest.raises(TypeError):
        jwt.sign([1], SECRET)


def test_grants_and_management_tokens():
    token = jwt.management_token("s", "shop", "dev")
    assert jwt.grants(token) == [("shop/dev", "*")]
    assert jwt.grants({"grants": [{"target": "a/b", "action": "c"}], "exp": 1})[0].target == "a/b"
    jwt.check_management_token("Bearer " + token, "s", "shop", "dev")
    with pytest.raises(jwt.TokenError) as caught:
        jwt.check_management_token(token, "s", "shop", "prod")
    assert caught.value.code == 3015 or caught.value.code >= 3000
    with pytest.raises(jwt.TokenError):
        jwt.check_management_token(None, "s", "shop", "dev")
    with pytest.raises(jwt.TokenError):
        jwt.grants(jwt.sign({"a": 1}, SECRET))


def test_exceptions_can_be_pickled():
    with pytest.raises(jwt.TokenError) as caught:
        jwt.verify("a.b", SECRET)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again), again.code, again.message) == (jwt.TokenError, str(caught.value), caught.value.code, caught.value.message)
