"""Plain HTTP calls to a sandbox, for tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self, TypeVar

import httpx

from pushconsole.sandbox import RunningSandbox

T = TypeVar("T")
Record = Mapping[str, Any]

PRODUCTS = "11111111-1111-4111-8111-111111111111"
ARTICLES = "22222222-2222-4222-8222-222222222222"
EVENTS = "33333333-3333-4333-8333-333333333333"
ARCHIVE = "44444444-4444-4444-8444-444444444444"

FINAL = ("succeeded", "failed", "critical", None)


class Caller:
    """Calls a sandbox the way any client would; as a context manager it closes its connections."""

    def __init__(self, running: RunningSandbox, *, api_key: str | None = None) -> None:
        headers = {"x-algolia-application-id": running.app_id, "x-algolia-api-key": api_key or running.api_key}
        # Reading the authorities' certificates takes 30 ms a client, and the sandbox speaks plain HTTP.
        self.http = httpx.Client(base_url=running.ingestion_url, headers=headers, timeout=30, verify=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **query: str | int) -> Any:
        """GET JSON that must be there."""
        response = self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def control(self, method: str, path: str, document: object = None) -> httpx.Response:
        """Call a control path."""
        return self.http.request(method, path, json=document)

    def settings(self, **changes: object) -> None:
        """Change settings."""
        self.control("PATCH", "/sandbox/settings", changes).raise_for_status()

    def fault(self, effect: Mapping[str, object], **match: object) -> None:
        """Put a fault rule in force."""
        response = self.control("POST", "/sandbox/faults", {"match": match, "effect": effect})
        assert response.status_code == 200, response.text

    def send(
        self, action: str, records: Sequence[Record] | str = (), *, task: str = PRODUCTS, watch: bool = True
    ) -> httpx.Response:
        """Push records, or the characters of a JSON list of them."""
        query = {"watch": "true"} if watch else {}
        if isinstance(records, str):
            content = f'{{"action":"{action}","records":{records}}}'
            return self.http.post(f"/2/tasks/{task}/push", params=query, content=content)
        body = {"action": action, "records": list(records)}
        return self.http.post(f"/2/tasks/{task}/push", params=query, json=body)

    def push(
        self, action: str, records: Sequence[Record] | str = (), *, task: str = PRODUCTS, watch: bool = True
    ) -> Any:
        """Push, and expect the push to be accepted."""
        response = self.send(action, records, task=task, watch=watch)
        assert response.status_code == 200, response.text
        return response.json()

    def event(self, accepted: Mapping[str, str]) -> httpx.Response:
        """Ask for the event of a push."""
        return self.http.get(f"/1/runs/{accepted['runID']}/events/{accepted['eventID']}")

    def verdict(self, accepted: Mapping[str, str]) -> Any:
        """Wait for the end of a push; return its event."""

        def ended() -> Any:
            response = self.event(accepted)
            return response.json() if response.status_code == 200 and response.json()["status"] in FINAL else None

        return eventually(ended)

    def hits(self, index: str = "products") -> list[Any]:
        """Return an index's records (up to 1,000) in their order."""
        response = self.http.post(f"/1/indexes/{index}/browse", json={})
        assert response.status_code == 200, response.text
        return list(response.json()["hits"])

    def all_hits(self, index: str = "products") -> Iterator[Any]:
        """Yield an index's records, page after page; none where there is no such index."""
        cursor: dict[str, str] = {}
        while True:
            response = self.http.post(f"/1/indexes/{index}/browse", json=cursor)
            if response.status_code == 404:
                return
            page = response.json()
            yield from page["hits"]
            if "cursor" not in page:
                return
            cursor = {"cursor": page["cursor"]}

    def text(self, object_id: str, index: str = "products") -> str:
        """Return a record's characters."""
        response = self.http.get(f"/1/indexes/{index}/{object_id}")
        assert response.status_code == 200, response.text
        return response.text

    def index_names(self) -> list[str]:
        """Return the names of the indexes there are."""
        return [item["name"] for item in self.get("/1/indexes")["items"]]


def eventually(condition: Callable[[], T | None], *, within_s: float = 20) -> T:
    """Return what a condition gives as soon as it gives something true."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        result = condition()
        if result:
            return result
        time.sleep(0.005)
    raise AssertionError(f"{condition} did not come true within {within_s} seconds")
