"""Files that are elsewhere: fetched over https:// or from s3:// into a file here, byte for byte, and read from there.

The bytes go through the same readers as any file's, so nothing is read otherwise because it came over a network. That
is why DuckDB does not fetch them: its `read_blob` holds a file whole in memory (200 MB took 460 MB more), and its
httpfs is an extension that it downloads by itself or that ties DuckDB to one version.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx

from pushconsole.errors import ConfigurationError, InputError
from pushconsole.ingestion.addresses import allowed_address
from pushconsole.ingestion.boundary import MEANINGS
from pushconsole.ingestion.network import tls

_REMOTE = re.compile(r"(https?|s3)://", re.IGNORECASE)
_PIECE_BYTES: Final = 1 << 20
_TIMEOUT: Final = httpx.Timeout(25.0)
_VALID_S: Final = 3600  # of a signed address: its download may begin that late
_NOTHING: Final = "Nothing was loaded."


@dataclass(frozen=True)
class FetchProgress:
    """How many bytes are here; ``size_bytes`` is 0 where the server does not say how many there are."""

    read_bytes: int
    size_bytes: int


def is_remote(address: str) -> bool:
    """Tell whether this is an address and not a path."""
    return bool(_REMOTE.match(address))


def remote_name(address: str) -> str:
    """Return what to call the file: the end of its address, without what a server or a person put behind it."""
    parts = urlsplit(address)
    name = Path(unquote(parts.path)).name
    return re.sub(r"[\x00-\x1f\\:*?\"<>|]", "_", name) or parts.hostname or "download"


async def fetch(address: str, target: Path, on_progress: Callable[[FetchProgress], object]) -> None:
    """Fetch a file's bytes as they are; a cancelled or broken fetch leaves nothing at ``target``.

    Args:
        address: https://, s3://, or http:// of this machine.
        target: where the bytes go.
        on_progress: told about every megabyte.

    Raises:
        InputError: it is not there, may not be read, or did not come whole; or s3:// without the extra.

    """
    url = _checked(await asyncio.to_thread(_signed, address) if _is_s3(address) else address)
    try:
        async with (
            httpx.AsyncClient(
                timeout=_TIMEOUT, verify=tls(), follow_redirects=True, event_hooks={"request": [_check_request]}
            ) as client,
            client.stream("GET", url, headers={"accept-encoding": "identity"}) as answer,
        ):
            _refuse_failure(answer, address)
            await _write(answer, target, on_progress)
    except tuple(MEANINGS) as error:
        _drop(target)
        raise InputError(
            f"{shown(address)} could not be fetched to its end: {str(error).strip() or type(error).__name__}.",
            f"{_NOTHING} Check the network and the address, and try again.",
            file=remote_name(address),
        ) from error
    except BaseException:
        _drop(target)
        raise


def shown(address: str) -> str:
    """Return an address as it may be shown: without a password and without what signs it."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or parts.netloc}{port}{parts.path}"


def _drop(target: Path) -> None:
    target.unlink(missing_ok=True)


async def _write(answer: httpx.Response, target: Path, on_progress: Callable[[FetchProgress], object]) -> None:
    said = answer.headers.get("content-length", "")
    size_bytes, read_bytes = int(said) if said.isdecimal() else 0, 0
    try:
        with target.open("wb") as file:
            async for piece in answer.aiter_raw(_PIECE_BYTES):
                await asyncio.to_thread(file.write, piece)
                read_bytes += len(piece)
                on_progress(FetchProgress(read_bytes, size_bytes))
    except OSError as error:
        raise InputError(f"{target} cannot be written: {error.strerror}.", _NOTHING, file=target.name) from error


def _refuse_failure(answer: httpx.Response, address: str) -> None:
    if answer.is_success:
        return
    status, name = answer.status_code, shown(address)
    sentence = {
        401: f"{name} may not be read without signing in (401).",
        403: f"{name} may not be read by you (403).",
        404: f"There is no {name} (404).",
    }.get(status, f"{name} cannot be fetched: the server answered {status} {answer.reason_phrase}.")
    remedy = "Check the AWS credentials, the region and the name." if _is_s3(address) else "Check the address."
    raise InputError(sentence, f"{_NOTHING} {remedy}", file=remote_name(address))


async def _check_request(request: httpx.Request) -> None:
    """Refuse a redirection to where the address itself might not lead."""
    _checked(str(request.url))


def _checked(address: str) -> str:
    try:
        allowed_address(address)
    except ConfigurationError as error:
        raise InputError(
            f"{shown(address)} is not an address to fetch from.",
            "It has to begin with https:// or s3://; http:// is for this machine only.",
        ) from error
    return address


def _is_s3(address: str) -> bool:
    return address.lower().startswith("s3://")


def _signed(address: str) -> str:
    """Return the address under which S3 (or what AWS_ENDPOINT_URL names) serves an object for an hour.

    The credentials come from the environment or the AWS configuration, and stay there. The metadata service of a
    cloud's machine is not asked: it would be a connection nobody configured.
    """
    bucket, key = urlsplit(address).netloc, address.split("/", 3)[3:]
    if not bucket or not key or not key[0]:
        raise InputError(f"{address} names no object.", "An address of S3 is s3://BUCKET/KEY.")
    aws = _botocore(address)
    session = aws.session.get_session()
    session.get_component("credential_provider").remove("iam-role")
    style = {"addressing_style": "path"} if os.environ.get("AWS_ENDPOINT_URL") else {}
    try:
        client = session.create_client(
            "s3",
            region_name=session.get_config_variable("region") or "us-east-1",
            config=aws.config.Config(signature_version="s3v4", s3=style),
        )
        url: str = client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key[0]}, ExpiresIn=_VALID_S
        )
    except aws.exceptions.NoCredentialsError as error:
        raise InputError(
            f"There are no AWS credentials to read {address} with.",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a configured profile in AWS_PROFILE.",
        ) from error
    except (aws.exceptions.BotoCoreError, ValueError) as error:
        raise InputError(f"{address} cannot be read: {error}.", "Check the AWS configuration.") from error
    return url


def _botocore(address: str) -> Any:
    try:
        for part in ("session", "config", "exceptions"):
            importlib.import_module(f"botocore.{part}")
        return importlib.import_module("botocore")
    except ImportError as error:
        raise InputError(
            f"{address} is on S3, and signing in there needs botocore.",
            "Install it with: pip install 'pushconsole[duckdb]'",
        ) from error
