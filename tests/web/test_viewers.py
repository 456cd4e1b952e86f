"""Who looks at a page."""

from starlette.requests import Request

from vmaudio.web.viewers import Viewer, viewer_of


def request(**state: object) -> Request:
    return Request({"type": "http", "headers": [], "state": dict(state)})


def test_on_a_server_without_users_everybody_is_an_admin_without_a_name() -> None:
    assert viewer_of(request()) == Viewer("", "admin", "")


def test_the_gate_says_who_it_is() -> None:
    kim = Viewer("kim", "rep", "Kim")
    assert viewer_of(request(viewer=kim)) is kim
