"""A small client of the HTTP API, for the demo, the tests and other programs."""

import time
from pathlib import Path
from typing import Any, Self

import httpx

TERMINAL = frozenset({"finished", "error", "manually_cancelled"})


class ApiError(Exception):
    """The API refused a request; the message is its own, with every field it named."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.body: dict[str, Any] = _json_object(response)
        lines = [str(self.body.get("error") or response.reason_phrase)]
        lines += [f"  {each['field']}: {each['message']}" for each in self.body.get("details", [])]
        super().__init__(f"{self.status}: " + "\n".join(lines))


class TemplateError(Exception):
    """An upload that cannot be used as a template."""


class Client:
    """Speaks to one Intarsia. `url` ends in `/api/v2`; times are seconds."""

    def __init__(self, url: str, key: str, *, timeout: float = 60.0) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout,
        )
        # Presigned URLs and outputs must never see the key.
        self._files = httpx.Client(timeout=timeout, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._files.close()

    def get(self, path: str, **query: str | int) -> Any:
        """GET a path below `/api/v2`. Raises ApiError."""
        return _checked(self._http.get(path, params=query)).json()

    def text(self, path: str) -> str:
        """GET a path below `/api/v2` that answers in plain text. Raises ApiError."""
        return _checked(self._http.get(path)).text

    def post(self, path: str, body: Any) -> Any:
        """POST JSON to a path below `/api/v2`. Raises ApiError."""
        return _checked(self._http.post(path, json=body)).json()

    def add_template(self, name: str, path: Path, *, timeout: float = 300.0) -> dict[str, Any]:
        """Upload a project and wait until it has been read.

        Raises TemplateError with the reason if it cannot be used, TimeoutError.
        """
        body = {"type": path.suffix.lstrip("."), "displayName": name}
        created = self.post("templates", body)
        with path.open("rb") as file:
            _checked(
                self._files.put(
                    created["uploadInfo"]["url"],
                    content=file,  # streamed; its length is sent, as S3 wants
                    headers={"Content-Type": "application/octet-stream"},
                )
            )
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            template: dict[str, Any] = self.get(f"templates/{created['id']}")
            if template["status"] == "error":
                raise TemplateError(f"{path.name}: {template['error']}")
            if template["status"] == "uploaded":
                return template
            time.sleep(0.1)
        raise TimeoutError(f"{path.name} was not read within {timeout:.0f} s")

    def submit(self, job: dict[str, Any]) -> dict[str, Any]:
        """Submit a job; the answer has its id and its children. Raises ApiError."""
        answer: dict[str, Any] = self.post("jobs", job)
        return answer

    def job(self, job_id: str) -> dict[str, Any]:
        """One job. Raises ApiError."""
        answer: dict[str, Any] = self.get(f"jobs/{job_id}")
        return answer

    def tree(self, job_id: str) -> list[dict[str, Any]]:
        """A job and its descendants, each before its children."""
        job = self.job(job_id)
        below = [self.tree(child["id"]) for child in job["children"]]
        return [job, *(descendant for branch in below for descendant in branch)]

    def download(self, job: dict[str, Any], path: Path) -> None:
        """Write a finished job's output to `path`. Raises ApiError."""
        with self._files.stream("GET", job["outputUrl"]) as response:
            if response.is_error:
                response.read()
            _checked(response)
            with path.open("wb") as file:
                for chunk in response.iter_bytes():
                    file.write(chunk)


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_error:
        raise ApiError(response)
    return response


def _json_object(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {"error": response.text[:500]}
    return body if isinstance(body, dict) else {"error": str(body)[:500]}
