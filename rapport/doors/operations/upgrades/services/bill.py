"""What a version is made of, in the form in which other tools ask for it (CycloneDX 1.6): each package, its digest, its
licence as its makers state it. It stands beside a bundle."""

import json
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

SUFFIX = ".cdx.json"


def bill_of(version: str, wheels: dict[Path, str]) -> str:
    """The bill of materials of `version`, from its wheels and the SHA-256 of each."""
    parts = [_part(wheel, digest) for wheel, digest in sorted(wheels.items())]
    return json.dumps(
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": {"type": "application", "name": "rapport", "version": version}},
            "components": [part for part in parts if part["name"] != "rapport"],
        },
        indent=1,
    )


def _part(wheel: Path, digest: str) -> dict[str, Any]:
    """One package. Its name in the address is as https://github.com/package-url/purl-spec has it."""
    said = _metadata(wheel)
    name, version = said.get("Name", ""), said.get("Version", "")
    licence = said.get("License-Expression")
    classified = [
        line.rpartition(" :: ")[2] for line in said.get_all("Classifier", []) if "License ::" in line
    ]
    stated = [{"expression": licence}] if licence else [{"license": {"name": each}} for each in classified]
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name.lower().replace('_', '-')}@{version}",
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": stated,
    }


def _metadata(wheel: Path) -> Any:
    with zipfile.ZipFile(wheel) as packed:
        path = next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(packed.read(path).decode())
