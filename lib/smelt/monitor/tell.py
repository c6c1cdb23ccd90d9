"""Updates gold.alerts with the current episodes, and sends each new state once to all receivers."""

from __future__ import annotations

import datetime as dt
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from smelt.monitor.alerts import Episode, episodes
from smelt.monitor.config import AlertsConfig, SendConfig
from smelt.tables.contract import contract
from smelt.tables.without_spark import PlainTables

TABLE = "gold.alerts"

FIRING, UNKNOWN = 10, 11
"""Exit codes: an alert fires; none fires, but some could not be computed."""


class Told(NamedTuple):
    """Current alerts, the number of alerts sent, and messages about failed sending."""

    alerts: list[dict[str, Any]]
    sent: int
    failed: list[str]

    @property
    def exit_code(self) -> int:
        """Exit code for schedulers: 0, FIRING or UNKNOWN; silenced alerts do not count."""
        open_ = [each for each in self.alerts if each["resolved_at"] is None and not each["is_silenced"]]
        if any(each["state"] == "firing" for each in open_):
            return FIRING
        return UNKNOWN if open_ else 0


def tell(tables: PlainTables, config: AlertsConfig, *, run_id: str, now: dt.datetime) -> Told:
    """Evaluate all rules over gold.monitoring, send new states, and store the episodes.

    If sending to any receiver fails, the next run sends the state to all receivers again.
    """
    tables.create(TABLE)
    columns = [
        *(
            "model_version",
            "window_start",
            "family",
            "measure",
            "dimension",
            "segment",
            "value",
            "low",
            "high",
        ),
        *("n", "effect", "status", "reason"),
    ]
    found = episodes(tables.read("gold.monitoring", columns).to_pylist(), config)
    held = {row["alert_id"]: row for row in tables.read(TABLE).to_pylist()}
    rows, fresh = [], []
    for each in found:
        row = _row(each, held.get(each.alert_id), run_id, now)
        rows.append(row)
        over = each.resolved_at is not None and each.state == "unknown"
        is_news = row["sent_state"] != each.state and not over
        if is_news and not each.is_silenced and not (each.state == "resolved" and row["sent_state"] is None):
            fresh.append(row)
    failed = send_all(fresh, config.send, now)
    if config.send and not failed:
        for row in fresh:
            row |= {"sent_at": now, "sent_state": row["state"]}
    _keep(tables, rows, held)
    return Told(rows, 0 if failed else len(fresh) * bool(config.send), failed)


def send_all(
    rows: Sequence[Mapping[str, Any]], receivers: Sequence[SendConfig], now: dt.datetime
) -> list[str]:
    """Send ``rows`` to each receiver in one message; returns the failures, without addresses, which are secrets."""
    if not rows:
        return []
    failed = []
    for number, each in enumerate(receivers):
        try:
            if each.to == "file":
                _append(Path(str(each.path)), rows, now)
            else:
                _post(str(each.url_env), message(rows, each.to), each.timeout_s)
        except (OSError, ValueError) as error:
            code = f" {error.code}" if isinstance(error, urllib.error.HTTPError) else ""
            failed.append(f"alerts.send[{number}] ({each.to}): {type(error).__name__}{code}")
    return failed


SLACK_BLOCKS = 50
"""Most blocks of a message."""


def message(rows: Sequence[Mapping[str, Any]], shape: str) -> dict[str, Any]:
    """The body for a webhook: Slack's blocks, an Adaptive Card for Teams, or the rows as they are.

    Evidence and segments contain text of logs, which is sent as plain text, so that it can neither mention people nor
    become links.
    """
    lines = [headline(row) for row in rows]
    if shape == "slack":  # api.slack.com/reference/block-kit: 3,000 characters per block
        blocks = [
            {"type": "section", "text": {"type": "plain_text", "text": f"{line}\n{row['evidence']}"[:3_000]}}
            for line, row in zip(lines, rows, strict=True)
        ]
        if len(blocks) > SLACK_BLOCKS:
            more = f"and {len(blocks) - SLACK_BLOCKS + 1} more: smelt monitor alerts"
            blocks[SLACK_BLOCKS - 1 :] = [{"type": "section", "text": {"type": "plain_text", "text": more}}]
        first = lines[0].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": f"{len(rows)} alerts: {first}", "blocks": blocks}
    if shape == "teams":  # learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors
        body: list[dict[str, Any]] = []
        for line, row in zip(lines, rows, strict=True):
            colour = "Good" if row["state"] == "resolved" else "Attention"
            runs = ({"text": line, "weight": "Bolder", "color": colour}, {"text": row["evidence"]})
            body += [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}]} for run in runs]
        schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        card = {"$schema": schema, "type": "AdaptiveCard", "version": "1.4", "body": body}
        kind = "application/vnd.microsoft.card.adaptive"
        return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}
    return {"alerts": [plain(row) for row in rows]}


def headline(row: Mapping[str, Any]) -> str:
    """One line of text about an alert."""
    where = "" if row["segment"] == "all" else f" in {row['dimension']} {row['segment']}"
    since = f"{row['opened_at']:%Y-%m-%d %H:%M}"
    state = {"firing": row["severity"].upper(), "resolved": "RESOLVED", "unknown": "UNKNOWN"}[row["state"]]
    return f"{state} {row['rule']} of version {row['model_version']}{where}, since {since} ({row['windows']} windows)"


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with times in ISO format."""
    return {
        name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in row.items()
    }


def _append(path: Path, rows: Sequence[Mapping[str, Any]], now: dt.datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps({"told_at": now.isoformat(), **plain(row)}, ensure_ascii=False) + "\n")


def _post(variable: str, body: Mapping[str, Any], timeout: float) -> None:
    url = os.environ.get(variable, "").strip()
    if not url.startswith(("http://", "https://")):
        raise ValueError("the variable holds no address")
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", "User-Agent": "smelt"}
    )
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        answer.read()


def _row(each: Episode, held: Mapping[str, Any] | None, run_id: str, now: dt.datetime) -> dict[str, Any]:
    sent = (
        {"sent_at": None, "sent_state": None}
        if held is None
        else {k: held[k] for k in ("sent_at", "sent_state")}
    )
    fields = {name: getattr(each, name) for name in each.__dataclass_fields__}
    return {"alert_id": each.alert_id, **fields, **sent, "evaluated_at": now, "run_id": run_id}


def _keep(tables: PlainTables, rows: Sequence[dict[str, Any]], held: Mapping[str, Mapping[str, Any]]) -> None:
    def said(row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if name not in ("evaluated_at", "run_id")}

    changed = [row for row in rows if row["alert_id"] not in held or said(held[row["alert_id"]]) != said(row)]
    # episodes that the remeasured figures no longer give
    gone = sorted(held.keys() - {row["alert_id"] for row in rows})
    schema = contract(TABLE).arrow_schema()
    tables.delete(TABLE, "alert_id", gone)
    tables.merge(TABLE, pa.Table.from_pylist(changed, schema))
