"""The software bill of materials of the service, in CycloneDX 1.6: its packages, what needs what, and its weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "rag" / "models" / "SHA256SUMS"


def sbom(versions: Mapping[str, str], licences: Mapping[str, str], needs: Mapping[str, set[str]]) -> str:
    """JSON. versions, licences: of each package of the service by its name; needs: those that each one needs, and what
    the service itself does under its own name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    make = LicenseFactory()
    service = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[make.make_from_string(project["license"])],
    )
    packages = {
        name: Component(
            name=name,
            version=version,
            bom_ref=name,
            purl=PackageURL("pypi", None, name, version),
            licenses=[make.make_from_string(licences[name])],
        )
        for name, version in versions.items()
    }
    weights = [_weights(*reversed(line.split())) for line in WEIGHTS.read_text(encoding="utf-8").splitlines()]
    bom = Bom(components=[*packages.values(), *weights])
    bom.metadata.component = service
    bom.register_dependency(service, [packages[name] for name in needs[service.name] if name in packages] + weights)
    for name, component in packages.items():
        bom.register_dependency(component, [packages[other] for other in needs.get(name, ()) if other in packages])
    return JsonV1Dot6(bom).output_as_string(indent=2)


def _weights(name: str, digest: str) -> Component:
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
    return Component(name=name, type=ComponentType.MACHINE_LEARNING_MODEL, bom_ref=name, hashes=hashes)
