"""Silent, slow and many connections: they are closed, and honest ones are not."""

import asyncio
import contextlib
import socket
import threading
import time

import pytest
import uvicorn
from uvicorn.middleware.proxy_headers import _TrustedHosts

from vmaudio.web.connections import Connections, protocol

SILENT_S, REQUEST_S = 0.4, 0.8
GET = b"GET /%s HTTP/1.1\r\nhost: x\r\n\r\n"


async def app(scope, receive, send):
    """Answers with the number of bytes that came; /slow takes longer than any silence is suffered."""
    if scope["type"] != "http":
        return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    if scope["path"] == "/slow":
        await asyncio.sleep(4 * SILENT_S)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def serve():
    """Starts a server with such a protocol, and gives its port."""
    with contextlib.ExitStack() as stack:

        def start(connections):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            http = protocol(connections, silent_s=SILENT_S, request_s=REQUEST_S)
            server = uvicorn.Server(uvicorn.Config(app, http=http, log_level="error", timeout_keep_alive=5, lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)

            def stop():
                server.should_exit = True
                thread.join(10)

            stack.callback(stop)
            return listener.getsockname()[1]

        yield start


@pytest.fixture
def connect():
    """Opens connections to a port of this machine; they end with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda port: stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))


def answer(connection):
    """The status line and body of one answer; "" when the other side has hung up."""
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while b"\r\n\r\n" not in data or not data.partition(b"\r\n\r\n")[2]:
            piece = connection.recv(4096)
            if not piece:
                break
            data += piece
    return data.decode()


def test_silence_is_closed(serve, connect):
    """Hundreds of connections that say nothing are gone after a moment, and a visitor is served."""
    port = serve(Connections(most=500))
    silent = [connect(port) for _ in range(205)]
    started = time.monotonic()
    assert all(answer(one) == "" for one in silent)
    assert time.monotonic() - started < 8
    with connect(port) as honest:
        honest.sendall(GET % b"")
        assert answer(honest).endswith("0")


def test_a_head_that_trickles_in_is_closed(serve, connect):
    """A letter at a time is never silent, and never done."""
    with connect(serve(Connections())) as slow:
        with contextlib.suppress(ConnectionError):
            for letter in GET % (b"a" * 500):
                slow.sendall(bytes([letter]))
                time.sleep(0.02)
        assert answer(slow) == ""


def test_a_body_that_stops_is_closed(serve, connect):
    """Half a form, and then nothing."""
    with connect(serve(Connections())) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc")
        assert answer(slow) == ""


def test_a_slow_body_that_goes_on_is_taken(serve, connect):
    """An upload over a thin line takes longer than a head may, and sends something all the time."""
    with connect(serve(Connections())) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 12\r\n\r\n")
        for _ in range(12):
            slow.sendall(b"a")
            time.sleep(SILENT_S / 3)
        assert answer(slow).endswith("12")


def test_a_visitor_who_waits_is_not_silent(serve, connect):
    """An answer may take its time, and the same connection serves again after a pause."""
    with connect(serve(Connections())) as patient:
        patient.sendall(GET % b"slow")
        assert answer(patient).endswith("0")
        time.sleep(2 * REQUEST_S)
        patient.sendall((GET % b"")[:10])
        time.sleep(SILENT_S / 2)
        patient.sendall((GET % b"")[10:])
        assert answer(patient).endswith("0")


def test_one_address_has_so_many_connections(serve, connect):
    """The rest of them is refused; when one ends there is room for another; a proxy may have any number."""
    port = serve(Connections(most=2))
    first, second, third = connect(port), connect(port), connect(port)
    third.sendall(GET % b"")
    assert answer(third) == ""
    first.sendall(GET % b"")
    assert answer(first).endswith("0")
    first.close()
    second.sendall(GET % b"")
    assert answer(second).endswith("0")
    time.sleep(0.1)
    with connect(port) as again:
        again.sendall(GET % b"")
        assert answer(again).endswith("0")
    port = serve(Connections(most=2, proxies=["127.0.0.0/8"]))
    many = [connect(port) for _ in range(6)]
    for one in many:
        one.sendall(GET % b"")
        assert answer(one).endswith("0")


def test_a_proxy_is_an_address():
    """Anything else is refused at the start."""
    with pytest.raises(ValueError, match="proxy"):
        Connections(proxies=["my proxy"])
    assert Connections(most=1).enter("")


def test_a_proxy_of_a_server_for_both_kinds_of_address():
    """A server that listens on :: sees an IPv4 proxy in IPv6's clothes; its visitors are told apart all the same."""
    connections = Connections(most=1, proxies=["127.0.0.1", "10.0.0.0/8", "fd00::/8"])
    for peer in ("127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.9.8.7", "fd00::1"):
        assert connections.enter(peer)
        assert connections.enter(peer)
    assert connections.enter("::ffff:11.0.0.1")
    assert not connections.enter("11.0.0.1")
    assert "::ffff:127.0.0.1" in _TrustedHosts(connections.proxies)
    assert "::ffff:127.0.0.2" not in _TrustedHosts(connections.proxies)
    connections.leave("::ffff:11.0.0.1")
    assert connections.enter("11.0.0.1")
