"""The vectors that WeChat and the makers of its libraries have published, as the file beside this one holds them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("vectors-wechat.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """One published example: what goes in, what must come out."""

    name: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    kind: str = ""

    @property
    def private_key_pem(self) -> str:
        """The sample merchant's key; some vectors name another one's."""
        if reference := self.inputs.get("private_key_ref"):
            return VECTORS[reference.partition(".")[0]].private_key_pem
        return str(self.inputs["private_key_pem"])


def read_vectors(file: Path) -> Mapping[str, Vector]:
    """By name, in the file's order."""
    vectors = json.loads(file.read_text(encoding="utf-8"))["vectors"]
    return {
        vector["name"]: Vector(
            name=vector["name"], kind=vector["kind"], inputs=vector["inputs"], expected=vector["expected"]
        )
        for vector in vectors
    }


VECTORS: Final = read_vectors(FILE)
