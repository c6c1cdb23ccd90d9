"""SubRip (SRT): like WebVTT, with speakers by ``Name:`` prefix."""

from __future__ import annotations

from smelt.intake.readers.webvtt import WebVttReader


class SrtReader(WebVttReader):
    """Reads one call per file."""

    format = "srt"
