"""The server over real pipes, with methods of the test's own."""

import json
import os
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

import pytest

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.rpc import messages
from tunewright_bridge.rpc.framing import frame, read_body
from tunewright_bridge.rpc.server import Answer, Handler, Server

DEADLINE_SECONDS = 10


class Client:
    def __init__(self, to_server: BinaryIO, from_server: BinaryIO, thread: threading.Thread, server: Server) -> None:
        self.to_server = to_server
        self.from_server = from_server
        self.thread = thread
        self.server = server
        self.release = threading.Event()

    def send(self, method: str, request_id: int | None = None, params: Any = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        if request_id is not None:
            message["id"] = request_id
        self.send_body(json.dumps(message).encode())

    def send_body(self, body: bytes) -> None:
        self.to_server.write(frame(body))
        self.to_server.flush()

    def receive(self) -> Any:
        body = read_body(self.from_server)
        return None if body is None else json.loads(body)

    def has_ended(self) -> bool:
        self.thread.join(DEADLINE_SECONDS)
        return not self.thread.is_alive()


@pytest.fixture
def client() -> Iterator[Client]:
    to_server, from_client = os.pipe()
    to_client, from_server = os.pipe()
    release = threading.Event()

    def wait(params: Any) -> Answer:
        release.wait(DEADLINE_SECONDS)
        return Answer("waited")

    def fail(params: Any) -> Answer:
        raise BridgeError("run-not-found", run="x", root="/r")

    def crash(params: Any) -> Answer:
        raise RuntimeError("a bug")

    handlers = {
        "initialize": Handler(lambda params: Answer({}), "first"),
        "echo": Handler(lambda params: Answer(params)),
        "wait": Handler(wait, "slow"),
        "mend": Handler(wait, "mending"),
        "mend in order": Handler(wait, "ordered-mending"),
        "fail": Handler(fail),
        "crash": Handler(crash),
        "watch": Handler(lambda params: Answer("begun", lambda: server.notify("told", params)), "ordered"),
        "odd": Handler(lambda params: Answer(["später", "\ud800", "\U0001f600"])),
    }
    with os.fdopen(to_server, "rb") as server_input, os.fdopen(from_server, "wb") as server_output:
        server = Server(server_input, server_output, handlers)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        with os.fdopen(from_client, "wb") as client_output, os.fdopen(to_client, "rb") as client_input:
            found = Client(client_output, client_input, thread, server)
            found.release = release
            found.send("initialize", 0)
            found.receive()
            yield found
            release.set()
        assert found.has_ended()


def test_a_request_is_answered_and_a_notification_is_not(client: Client) -> None:
    client.send("echo", params={"quiet": True})
    client.send("$/cancelRequest", params={"id": 1})
    client.send("echo", 1, {"loud": True})
    assert client.receive() == {"jsonrpc": "2.0", "id": 1, "result": {"loud": True}}


@pytest.mark.parametrize("method", ["wait", "mend", "mend in order"])
def test_slow_calls_keep_neither_quick_ones_nor_watches_waiting(client: Client, method: str) -> None:
    for request_id in range(10, 20):
        client.send(method, request_id)
    client.send("echo", 1, "quick")
    assert client.receive()["id"] == 1
    client.send("watch", 2, "quick")
    assert client.receive()["id"] == 2
    assert client.receive()["method"] == "told"
    client.release.set()
    assert {client.receive()["id"] for _ in range(10)} == set(range(10, 20))


def test_failures_carry_code_and_values(client: Client) -> None:
    client.send("fail", 1)
    error = client.receive()["error"]
    assert error["code"] == -32000
    assert error["data"] == {"code": "run-not-found", "values": {"run": "x", "root": "/r"}}
    assert error["message"] == "There is no run x in /r."


def test_a_bug_takes_away_only_its_own_answer(client: Client) -> None:
    client.send("crash", 1)
    error = client.receive()["error"]
    assert error["data"]["code"] == "internal"
    assert error["data"]["values"] == {"reason": "RuntimeError: a bug"}
    client.send("echo", 2, "still there")
    assert client.receive()["result"] == "still there"


def test_an_unknown_method_is_named(client: Client) -> None:
    client.send("runs/dance", 1)
    assert client.receive()["error"] == {"code": -32601, "message": "there is no method runs/dance"}


@pytest.mark.parametrize(
    ("body", "number", "request_id"),
    [
        (b"{", -32700, None),
        (b"\xff", -32700, None),
        (b"[" * 100_000, -32700, None),
        (b"[]", -32600, None),
        (b'{"id": 7, "method": "echo"}', -32600, 7),
        (b'{"jsonrpc": "2.0", "id": 7}', -32600, 7),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "echo"}', -32600, None),
    ],
)
def test_what_is_no_message_is_refused_and_the_next_is_read(
    client: Client, body: bytes, number: int, request_id: int | None
) -> None:
    client.send_body(body)
    answer = client.receive()
    assert (answer["error"]["code"], answer["id"]) == (number, request_id)
    client.send("echo", 2, "next")
    assert client.receive()["result"] == "next"


def test_a_malformed_header_is_answered(client: Client) -> None:
    client.to_server.write(b"Content-Length: many\r\n\r\n")
    client.send("echo", 2, "next")
    assert client.receive()["error"]["code"] == -32700
    assert client.receive()["result"] == "next"


def test_what_is_begun_comes_after_the_answer(client: Client) -> None:
    for round_number in range(20):
        client.send("watch", round_number, round_number)
        assert client.receive()["result"] == "begun"
        assert client.receive() == {"jsonrpc": "2.0", "method": "told", "params": round_number}


def test_any_text_survives(client: Client) -> None:
    client.send("odd", 1)
    umlaut, surrogate, emoji = client.receive()["result"]
    assert (umlaut, emoji) == ("später", "\U0001f600")
    assert set(surrogate) == {"\ufffd"}


def test_shutdown_answers_and_ends(client: Client) -> None:
    client.send("shutdown", 1)
    assert client.receive() == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert client.has_ended()


def test_the_end_of_the_input_is_the_end_though_calls_hang(client: Client) -> None:
    client.send("wait", 1)
    client.to_server.close()
    assert client.has_ended()


@pytest.mark.parametrize("request_id", [7, "sieben", None])
def test_a_result_that_is_in_json_already_goes_out_as_any_other(request_id: str | int | None) -> None:
    value = {"text": "损失 \udcff \"'\n", "numbers": [1, 2.5, None]}
    ready = messages.JsonText(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    assert messages.serialized_result(request_id, ready) == messages.serialized_result(request_id, value)
