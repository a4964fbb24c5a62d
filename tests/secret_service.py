"""A real Secret Service in a session of its own: gnome-keyring on a private D-Bus, in a private home."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from jeepney import MatchRule, message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

_BUS_NAME = "org.freedesktop.secrets"
_PASSWORD = b"test"  # gnome-keyring takes no empty one
_DEADLINE_S = 20.0

# The system's own session.conf would start another gnome-keyring as soon as the one under test has ended.
_BUS_CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class SecretServiceSession:
    """A login session with an unlocked keyring, as a desktop has it.

    Attributes:
        environ: the variables by which a process finds this session and its home; lay them over the others.

    """

    def __init__(self, folder: Path) -> None:
        self._runtime = folder / "runtime"
        self._runtime.mkdir(mode=0o700)
        home = folder / "home"
        home.mkdir()
        address = f"unix:path={self._runtime / 'bus'}"
        self.environ: Mapping[str, str] = {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_DATA_HOME": str(home / ".local" / "share"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_RUNTIME_DIR": str(self._runtime),
            "DBUS_SESSION_BUS_ADDRESS": address,
        }
        self._address = address
        self._bus = self._start_bus()
        self._daemon: subprocess.Popen[bytes] | None = None

    def start_daemon(self) -> None:
        """Start gnome-keyring with an unlocked login keyring and wait until it serves; nothing if it runs."""
        if self._daemon is not None:
            return
        command = [_program("gnome-keyring-daemon"), "--unlock", "--components=secrets", "--foreground"]
        command.append(f"--control-directory={self._runtime / 'control'}")
        with closing(self._connect()) as bus:
            self._daemon = subprocess.Popen(
                command,
                env=os.environ | self.environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert self._daemon.stdin is not None
            with self._daemon.stdin as stdin:
                stdin.write(_PASSWORD)
            _wait_for_owner(bus, owned=True)

    def kill_daemon(self) -> None:
        """End gnome-keyring as a crash would and wait until the bus has noticed; its keyring stays on disk."""
        if self._daemon is None:
            return
        with closing(self._connect()) as bus:
            self._daemon.kill()
            self._daemon.wait(_DEADLINE_S)
            self._daemon = None
            _wait_for_owner(bus, owned=False)

    def freeze_daemon(self) -> None:
        """Let gnome-keyring answer nobody, as if it were busy; killing it ends that."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)

    def lock(self) -> None:
        """Lock the login keyring; nobody is there to answer the question for its password. A restart unlocks it."""
        lock = "import secretstorage as s; s.get_default_collection(s.dbus_init()).lock()"
        self.python(lock)

    def python(self, code: str, *arguments: str) -> str:
        """Run Python code in a new process of this session and return what it wrote to stdout."""
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=os.environ | self.environ,
            capture_output=True,
            text=True,
            timeout=_DEADLINE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        """End the keyring and the bus."""
        try:
            self.kill_daemon()
        finally:
            self._bus.terminate()
            self._bus.wait(_DEADLINE_S)

    def _start_bus(self) -> subprocess.Popen[bytes]:
        configuration = self._runtime / "bus.conf"
        configuration.write_text(_BUS_CONFIGURATION.format(socket=self._runtime / "bus"), encoding="utf-8")
        command = [_program("dbus-daemon"), f"--config-file={configuration}", "--nofork", "--print-address"]
        bus = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert bus.stdout is not None
        with bus.stdout as announced:
            assert announced.readline(), "The D-Bus daemon ended before it could say its address."
        return bus

    def _connect(self) -> DBusConnection:
        return open_dbus_connection(bus=self._address)


def _wait_for_owner(bus: DBusConnection, *, owned: bool) -> None:
    """Wait until somebody, or nobody, owns the Secret Service's name."""
    rule = MatchRule(type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged")
    bus.send_and_get_reply(message_bus.AddMatch(rule))
    with bus.filter(rule) as changes:
        now = bool(bus.send_and_get_reply(message_bus.NameHasOwner(_BUS_NAME)).body[0])
        while now != owned:
            name, _, owner = bus.recv_until_filtered(changes, timeout=_DEADLINE_S).body
            now = bool(owner) if name == _BUS_NAME else now


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(
            f"{name} is not installed, so nothing can be tested on a real Secret Service: packaging/bootstrap gets it."
        )
    return found


@pytest.fixture(scope="session")
def secret_service_session() -> Iterator[SecretServiceSession]:
    """One session for all tests; the folder's name is short because a socket's path has 107 characters at most."""
    with tempfile.TemporaryDirectory(prefix="pc-") as folder:
        session = SecretServiceSession(Path(folder))
        try:
            yield session
        finally:
            session.stop()


@pytest.fixture
def secret_service(
    secret_service_session: SecretServiceSession, monkeypatch: pytest.MonkeyPatch
) -> SecretServiceSession:
    """Put the test into a session with a running, unlocked keyring; its home stays the test's own."""
    for name in ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, secret_service_session.environ[name])
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    secret_service_session.start_daemon()
    return secret_service_session
