"""Whether a window can be shown, asked before Qt is: Qt ends the process where it finds no display."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

HOW_TO_GET_ONE = (
    "A window needs a display: start this in a desktop session, or under a virtual screen with "
    "`xvfb-run -a pushconsole`."
)


def can_show_window(environ: Mapping[str, str]) -> bool:
    """Tell whether Qt would find a display to open a window on."""
    if sys.platform != "linux" or environ.get("QT_QPA_PLATFORM"):
        return True
    return _has_wayland(environ) or (bool(environ.get("DISPLAY")) and _has_x11())


def _has_wayland(environ: Mapping[str, str]) -> bool:
    name, folder = environ.get("WAYLAND_DISPLAY"), environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and (Path(folder) / str(name)).is_socket()


def _has_x11() -> bool:
    """Connect to the X server as Qt's plugin will, with the user's own authorisation, and look for its libraries."""
    import ctypes  # noqa: PLC0415  takes a while, and other platforms do not need it

    try:
        ctypes.CDLL("libxcb-cursor.so.0")  # without it Qt's plugin does not load and Qt aborts
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)
