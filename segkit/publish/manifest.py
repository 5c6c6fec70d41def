"""What a report says of itself: inputs with their hashes, parameters, versions; no clock time."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from segkit.intake.document_files import reference_files
from segkit.intake.events import Events
from segkit.intake.orders import Orders
from segkit.intake.own_messages import find_message_files
from segkit.intake.own_texts import find_own_texts
from segkit.intake.pipeline import Pipeline
from segkit.model.company import Company
from segkit.model.document import Library
from segkit.model.evidence import SourceType

_PACKAGES = ("segkit", "duckdb", "narwhals", "numpy", "pandas", "scikit-learn", "scipy")


def describe_run(
    company: Company,
    orders: Orders,
    library: Library,
    events: Events | None,
    pipeline: Pipeline | None = None,
) -> dict[str, Any]:
    """Return the content of ``manifest.json``.

    Returns
    -------
    dict
        ``company``, ``fictional``, ``as_of``, ``inputs`` (path and sha256 of each file), ``parameters``, ``versions``.
    """
    folder = Path(company.folder)
    settings = folder / "company.toml"
    inputs = [{"path": source.path, "sha256": source.sha256} for source in orders.log.sources]
    inputs += [
        {"path": document.source.path, "sha256": document.source.sha256}
        for document in library.documents
        if document.source.type in {SourceType.WEBSITE, SourceType.RESEARCH}
    ]
    own = [*reference_files(company.folder), *find_message_files(folder), *find_own_texts(folder)]
    inputs += [
        {"path": path.relative_to(folder.resolve()).as_posix(), "sha256": _sha256(path)} for path in own
    ]
    if events is not None:
        inputs += [{"path": path, "sha256": sha256} for path, sha256 in events.inputs]
    if pipeline is not None:
        inputs += [{"path": path, "sha256": sha256} for path, sha256 in pipeline.inputs]
    if settings.is_file():
        inputs.append({"path": "company.toml", "sha256": _sha256(settings)})
    return {
        "company": company.name,
        "fictional": company.fictional,
        "as_of": orders.as_of,
        "inputs": inputs,
        "parameters": {
            "n_segments": company.segmentation.n_segments,
            "features": company.segmentation.features,
            "seed": company.segmentation.seed,
            "orders": company.orders,
            "evidence": company.evidence,
            "flows": company.flows,
            "sales": company.sales,
            "pipeline": company.pipeline,
            "report": company.report,
        },
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in _PACKAGES},
        },
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
