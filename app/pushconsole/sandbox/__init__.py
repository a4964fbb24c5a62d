"""A local Ingestion API to try, learn and test on: a real HTTP server with the service's documented behaviour.

One port of 127.0.0.1 serves the Ingestion API, the part of the Search API that the console needs, and under
`/sandbox/` the sandbox's own controls. The room imports nothing of the rest of the program, not even message types: a
mistake shared by both sides of a wire would hide itself.
"""

from .errors import SandboxNotStarted
from .launch import RunningSandbox, SandboxTask, launch, serve

__all__ = ["RunningSandbox", "SandboxNotStarted", "SandboxTask", "launch", "serve"]
