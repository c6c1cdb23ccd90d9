"""smelt: raw support records in, fine-tuning data that can be trusted out."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("smelt")
except PackageNotFoundError:  # running from a zip shipped with --py-files
    __version__ = "0.1.0"
