"""Every published vector of Alipay and Baidu goes through our code, or says why not yet.

python-alipay-sdk, the one library nobody here wrote, is not installed with this project; the vectors stand in for it.
"""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from miniprogram_api.platforms.alipay.signing import BadSignature, sign, verified_node, verify, verify_form
from miniprogram_api.platforms.baidu.signing import BadSignature as BadRsaSign
from miniprogram_api.platforms.baidu.signing import sign as rsa_sign
from miniprogram_api.platforms.baidu.signing import verify as verify_rsa_sign
from miniprogram_api.platforms.forms import read_form
from miniprogram_api.platforms.rsa_keys import private_key, public_key
from tests.platforms.vectors import Vector, read_vectors

VECTORS: Final = read_vectors(Path(__file__).with_name("vectors-alipay-baidu.json"))
NOT_BUILT: Final = {
    "alipay.cert_sn.app_cert": "one app uses one mode, and ours is the mode of public keys",
    "alipay.cert_sn.root_bundle": "as the app's certificate",
    "alipay.aes_cbc_zero_iv": "the platform's phone number is not asked for in this version",
    "baidu.userinfo_decrypt": "as Alipay's phone number",
}


def alipay_key(vector: Vector) -> RSAPublicKey:
    key = load_der_public_key(base64.b64decode(vector.inputs["alipay_public_key_spki_b64"]))
    assert isinstance(key, RSAPublicKey)
    return key


def as_expected(vector: Vector, check: Callable[[], object]) -> None:
    """A valid one passes, an invalid one is refused."""
    if vector.expected["valid"]:
        check()
        return
    with pytest.raises(BadSignature):
        check()


def request_signature(vector: Vector) -> None:
    key: Any = load_der_private_key(base64.b64decode(vector.inputs["private_key_der_b64"]), None)
    assert sign(key, vector.inputs["params"]) == vector.expected["sign"]


def answer_node(vector: Vector) -> None:
    body, root = vector.inputs["body"], vector.inputs["root_node"]
    signature = json.loads(body)["sign"]
    as_expected(vector, lambda: verified_node(alipay_key(vector), body, root, signature))
    with pytest.raises(BadSignature):
        verified_node(alipay_key(vector), body.replace('"code"', '"kode"', 1), root, signature)
    with pytest.raises(BadSignature, match="node_missing"):
        verified_node(alipay_key(vector), body[:-1] + f',"{root}":{{}}}}', root, signature)


def form(vector: Vector) -> None:
    fields = dict(vector.inputs["params"])
    if body := vector.inputs.get("form_body"):
        assert read_form(body.encode()) == fields
    as_expected(vector, lambda: verify_form(alipay_key(vector), fields))
    with pytest.raises(BadSignature):
        verify_form(alipay_key(vector), {**fields, "total_amount": "0.02"})


def text(vector: Vector) -> None:
    given = vector.inputs
    as_expected(vector, lambda: verify(alipay_key(vector), given["signed_text"], given["sign"]))
    with pytest.raises(BadSignature):
        verify(alipay_key(vector), given["signed_text"] + " ", given["sign"])


def baidu_form(vector: Vector) -> None:
    """A real notification of 2018, empty fields and all."""
    key = load_der_public_key(base64.b64decode(vector.inputs["platform_public_key_spki_b64"]))
    assert isinstance(key, RSAPublicKey)
    fields = dict(vector.inputs["params"])
    if vector.expected["valid"]:
        verify_rsa_sign(key, fields)
        fields["totalMoney"] = "2"
    with pytest.raises(BadRsaSign):
        verify_rsa_sign(key, fields)


def key_pair(vector: Vector) -> None:
    """Three ways to write one key; what it signs, it verifies."""
    given = vector.inputs
    public = public_key(given["public_pem"])
    for name in ("private_pkcs1_pem", "private_pkcs8_pem"):
        verify_rsa_sign(public, {"a": "", "b": "1", "rsaSign": rsa_sign(private_key(given[name]), {"b": "1", "a": ""})})


KINDS: Final[dict[str, Callable[[Vector], None]]] = {
    "sign_exact": request_signature,
    "verify_response_node": answer_node,
    "verify_form": form,
    "verify_bytes": text,
    "baidu_verify_form": baidu_form,
    "keypair": key_pair,
}


@pytest.mark.parametrize("name", [name for name in VECTORS if name not in NOT_BUILT])
def test_a_published_vector_comes_out_as_published(name: str) -> None:
    KINDS[VECTORS[name].kind](VECTORS[name])


def test_what_is_not_built_is_in_the_file() -> None:
    assert NOT_BUILT.keys() <= VECTORS.keys()
