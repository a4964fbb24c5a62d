"""What the tests of the command line share."""

from tests.command_line.fixtures import shell
from tests.secret_service import secret_service, secret_service_session

__all__ = ["secret_service", "secret_service_session", "shell"]
