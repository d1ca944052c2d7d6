"""`serve --stdio` in a process of its own, as an editor starts it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge_child import DEADLINE_SECONDS, SOURCE, BridgeChild, RemoteError
from tunewright_bridge import __version__
from tunewright_bridge.protocol.methods import PROTOCOL_HASH


def test_the_handshake_tells_who_answers() -> None:
    with BridgeChild() as bridge:
        answer = bridge.initialize()
    assert answer["protocolHash"] == PROTOCOL_HASH
    assert answer["bridgeVersion"] == __version__
    assert answer["pythonVersion"] == ".".join(map(str, sys.version_info[:3]))
    assert bridge.process.returncode == 0


def test_another_protocol_is_refused_before_anything_else() -> None:
    with BridgeChild() as bridge:
        with pytest.raises(RemoteError) as caught:
            bridge.request("initialize", protocolHash="0" * 64, clientName="old")
        assert caught.value.code == "protocol-mismatch"
        assert caught.value.values["theirs"] == "0" * 12
        with pytest.raises(RemoteError, match="initialize must come first"):
            bridge.request("devices/read")


def test_params_that_do_not_fit_are_refused_with_the_place(tmp_path: Path) -> None:
    with BridgeChild() as bridge:
        bridge.initialize()
        with pytest.raises(RemoteError) as caught:
            bridge.request("metrics/query", root=str(tmp_path), runId="x", maxBuckets="many")
        assert caught.value.code == "invalid-request"
        assert caught.value.values["method"] == "metrics/query"
        assert "maxBuckets" in caught.value.values["reason"]


def test_stray_output_cannot_garble_the_protocol() -> None:
    program = (
        "import os, subprocess, sys\n"
        "from tunewright_bridge.rpc import stdio\n"
        "claim = stdio.claim_stdio\n"
        "def noisy():\n"
        "    streams = claim()\n"
        "    print('printed', flush=True)\n"
        "    os.write(1, b'written\\n')\n"
        "    subprocess.run([sys.executable, '-c', 'print(input() if False else 1)'], check=True)\n"
        "    return streams\n"
        "stdio.claim_stdio = noisy\n"
        "from tunewright_bridge.__main__ import main\n"
        "sys.exit(main(['serve', '--stdio']))\n"
    )
    with BridgeChild([sys.executable, "-c", program]) as bridge:
        bridge.initialize()
        assert bridge.request("shutdown") == {}
    assert "printed" in bridge.error_text
    assert "written" in bridge.error_text
    assert bridge.process.returncode == 0


def test_it_ends_with_its_editor(tmp_path: Path) -> None:
    with BridgeChild() as bridge:
        bridge.initialize()
        bridge.request("runs/watch", root=str(tmp_path / "runs"))
        bridge.request("devices/watch")
        bridge.input.close()
        assert bridge.process.wait(DEADLINE_SECONDS) == 0


def test_a_reader_that_is_gone_is_no_crash(tmp_path: Path) -> None:
    bridge = subprocess.Popen(
        [sys.executable, "-m", "tunewright_bridge", "serve", "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert bridge.stdout is not None
    bridge.stdout.close()
    _, errors = bridge.communicate(b"Content-Length: 2\r\n\r\n{}Content-Length: 2\r\n\r\n{}", timeout=DEADLINE_SECONDS)
    assert bridge.returncode == 0
    assert b"Traceback" not in errors


def test_an_editor_that_stops_reading_cannot_keep_it(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tunewright_bridge", "serve", "--stdio"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as bridge:
        assert bridge.stdin is not None
        hello = {"protocolHash": PROTOCOL_HASH, "clientName": "test"}
        messages: list[tuple[str, dict[str, object]]] = [("initialize", dict(hello))]
        messages += [("runs/log", {"root": str(tmp_path), "runId": "y" * 1000, "maxBytes": 1})] * 200
        for request_id, (method, params) in enumerate(messages):
            body = json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}).encode()
            bridge.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        bridge.stdin.close()
        assert bridge.wait(DEADLINE_SECONDS) == 0


def test_ctrl_c_ends_it_quietly() -> None:
    with BridgeChild() as bridge:
        bridge.initialize()
        bridge.process.send_signal(signal.SIGINT)
        assert bridge.process.wait(DEADLINE_SECONDS) == 130
    assert "Traceback" not in bridge.error_text


def test_usage_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tunewright_bridge", "serve"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        timeout=DEADLINE_SECONDS,
    )
    assert done.returncode == 2
    assert "serve --stdio" in done.stderr
