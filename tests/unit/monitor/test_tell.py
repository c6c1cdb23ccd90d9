from __future__ import annotations

import datetime as dt
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pyarrow as pa
import pytest

from smelt.monitor.config import AlertsConfig
from smelt.monitor.tell import FIRING, UNKNOWN, message, tell
from smelt.tables.contract import contract
from tests.unit.monitor.test_alerts import figures

RULES = [{"name": "quality", "family": "quality", "moved": True, "severity": "critical"}]


@pytest.fixture
def webhook():
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path == "/broken" else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


def measured(place, word):
    rows = [
        dict.fromkeys(contract("gold.monitoring").column_names) | row | {
            "window_end": row["window_start"] + dt.timedelta(days=1), "input_digest": "d", "measured_at": place.now,
            "run_id": "run",
        }
        for row in figures(word)
    ]  # fmt: skip
    place.tables.delete("gold.monitoring", "model_version", ["1"])
    place.tables.append(
        "gold.monitoring", pa.Table.from_pylist(rows, contract("gold.monitoring").arrow_schema())
    )


def told(place, send=(), **more):
    config = AlertsConfig.model_validate({"rules": RULES, "send": send, **more})
    return tell(place.tables, config, run_id="run", now=place.now)


def test_each_state_is_sent_once(place, webhook, monkeypatch):
    url, got = webhook
    monkeypatch.setenv("HOOK", url)
    send = [{"to": "slack", "url_env": "HOOK"}]
    measured(place, "om")
    assert told(place, send).sent == 1
    assert told(place, send).sent == 0
    measured(place, "omm")
    assert told(place, send).sent == 0  # it goes on
    measured(place, "ommoo")
    assert told(place, send).sent == 1
    assert [each["text"].split()[2] for each in got] == ["CRITICAL", "RESOLVED"]
    assert "down" in got[0]["blocks"][0]["text"]["text"]


def test_what_could_not_be_sent_is_tried_again_and_its_address_not_shown(place, webhook, monkeypatch):
    url, got = webhook
    monkeypatch.setenv("HOOK", f"{url}/broken")
    send = [{"to": "teams", "url_env": "HOOK"}]
    measured(place, "om")
    found = told(place, send)
    assert found.failed == ["alerts.send[0] (teams): HTTPError 500"]
    monkeypatch.setenv("HOOK", url)
    assert told(place, send).sent == 1
    assert len(got) == 2
    monkeypatch.delenv("HOOK")
    measured(place, "omoom")
    assert told(place, send).failed == ["alerts.send[0] (teams): ValueError"]


def test_exit_codes_for_schedulers(place):
    measured(place, "oo")
    assert told(place).exit_code == 0
    measured(place, "osss")
    assert told(place).exit_code == UNKNOWN
    measured(place, "omss")
    assert told(place).exit_code == FIRING
    assert told(place, silences=[{"begin": "2026-11-01", "end": "2026-12-01"}]).exit_code == 0


def test_a_file_gets_a_line_an_alert(place, tmp_path):
    measured(place, "om")
    told(place, [{"to": "file", "path": str(tmp_path / "out" / "alerts.jsonl")}])
    (line,) = (tmp_path / "out" / "alerts.jsonl").read_text().splitlines()
    assert json.loads(line)["rule"] == "quality"


def test_an_alert_that_figures_no_longer_say_is_gone(place):
    measured(place, "om")
    told(place)
    measured(place, "oo")
    assert told(place).alerts == []
    assert place.rows("gold.alerts") == []


def test_a_silenced_alert_is_kept_and_not_sent(place, tmp_path):
    measured(place, "om")
    file = tmp_path / "alerts.jsonl"
    told(place, [{"to": "file", "path": str(file)}], silences=[{"begin": "2026-11-01", "end": "2026-12-01"}])
    assert place.rows("gold.alerts")[0]["is_silenced"]
    assert not file.exists()


def test_messages_are_of_the_shapes_that_receivers_take(place):
    measured(place, "om")
    rows = told(place).alerts
    card = message(rows, "teams")["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["type"] == "AdaptiveCard"
    assert message(rows, "json")["alerts"][0]["opened_at"] == "2026-11-02T00:00:00+00:00"


def test_words_of_logs_call_nobody_and_are_no_links(place):
    measured(place, "om")
    (row,) = told(place).alerts
    loud = row | {"segment": "<!channel> & [free](https://evil.example)", "evidence": "*<@U1>*"}
    said = message([loud], "slack")
    assert "<" not in said["text"]
    assert {block["text"]["type"] for block in said["blocks"]} == {"plain_text"}
    blocks = message([loud], "teams")["attachments"][0]["content"]["body"]
    assert {block["type"] for block in blocks} == {"RichTextBlock"}
    assert [run["type"] for block in blocks for run in block["inlines"]] == ["TextRun", "TextRun"]
    many = message([row] * 60, "slack")["blocks"]
    assert len(many) == 50
    assert many[-1]["text"]["text"].startswith("and 11 more")
