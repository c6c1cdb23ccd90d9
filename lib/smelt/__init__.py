"""smelt: raw support records in, fine-tuning data that can be trusted out."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """Compute ``__version__`` on first access, because workers do not need it."""
    if name != "__version__":
        raise AttributeError(f"module smelt has no attribute {name}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("smelt")
    except PackageNotFoundError:  # running from a zip shipped with --py-files
        return "0.1.0"
